"""Empties the search, whose keys and marks have another form now; the keeper of the search fills it again.

On PostgreSQL the lexemes of sounds and marks begin with a sign, so that a query finds them without naming weights.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION story_search_vector(
    headline text, people text, standfirst text, topics text, body text, sounds text, marks text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT coalesce(string_agg(
        '''' || sign || word || ''':' || least(start + place, 16383)::text || weight, ' '
    ), '')::tsvector
    FROM (VALUES
        (headline, 0, 'A', ''), (people, 400, 'A', ''), (standfirst, 800, 'B', ''), (topics, 2000, 'B', ''),
        (body, 2400, 'C', ''), (sounds, 16383, 'D', '{sound}'), (marks, 16383, 'D', '{mark}')
    ) AS field (words, start, weight, sign),
    unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one (word, place)
    WHERE word <> ''
$function$
"""


def empty(apps, schema_editor):
    for name in ("PublicDocument", "StaffDocument", "VocabularyWord"):
        apps.get_model("story_search", name).objects.all().delete()


def sign(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION.format(sound="~", mark="#"), params=None)


def unsign(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION.format(sound="", mark=""), params=None)


class Migration(migrations.Migration):
    dependencies = [("story_search", "0002_full_text_indexes")]
    operations = [
        migrations.RunPython(empty, empty),
        migrations.RunPython(sign, unsign),
    ]
