"""On PostgreSQL, parts what is searched from what is weighed, and gives the index stretches of time and pairs of words.

Two vectors instead of one. `keys` is what the index is made of; nobody reads it. `words`, a third as long, is read for
the weight of the words and for their order.

Stretches say where in the order of its table a story stands: its key without the lowest bits, on six levels from six
days to sixteen years. An index gives the stories that hold a word without order; with stretches it can be asked for
those of the newest weeks. Pairs are two words that stand one after the other, as sixteen bits of their hash, since the
index does not know where in a text they stand.
"""

from django.db import migrations

TABLES = ("story_search_publicdocument", "story_search_staffdocument")
WORDS = "in_headline, in_people, in_standfirst, in_topics, in_text"
ROW = f"id, story_search_words({WORDS}), story_search_keys(id, {WORDS}, sounds, marks)"
ROW_BEFORE = f"id, story_search_vector({WORDS}, sounds, marks)"
# Built as literals, past the database's own parser, which would cut 5g or 1e5 in ways of its own. Fields stand apart,
# so that no phrase runs from one into the next. A position ends at 16383; an empty word keeps its place.
FUNCTIONS = (
    """
CREATE FUNCTION story_search_words(headline text, people text, standfirst text, topics text, body text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT coalesce(string_agg(
        '''' || word || ''':' || least(start + place, 16383)::text || weight, ' '
    ), '')::tsvector
    FROM (VALUES
        (headline, 0, 'A'), (people, 400, 'A'), (standfirst, 800, 'B'), (topics, 2000, 'B'), (body, 2400, 'C')
    ) AS field (words, start, weight),
    unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one (word, place)
    WHERE word <> ''
$function$
""",
    # Sounds and marks are in alphabetical order: what stands one after the other there says nothing.
    """
CREATE FUNCTION story_search_keys(
    id bigint, headline text, people text, standfirst text, topics text, body text, sounds text, marks text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    WITH placed AS (
        SELECT word, lead(word) OVER (PARTITION BY field ORDER BY place) AS following
        FROM (VALUES (1, headline), (2, people), (3, standfirst), (4, topics), (5, body)) AS fields (field, words),
        unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one (word, place)
    )
    SELECT string_agg(DISTINCT '''' || key || '''', ' ')::tsvector FROM (
        SELECT word AS key FROM placed WHERE word <> ''
        UNION ALL
        SELECT '+' || left(md5(word || ' ' || following), 4) FROM placed WHERE word <> '' AND following <> ''
        UNION ALL
        SELECT sign || word FROM (VALUES ('~', sounds), ('#', marks)) AS other (sign, words),
        unnest(string_to_array(words, ' ')) AS word WHERE word <> ''
        UNION ALL
        SELECT '@' || bits || '/' || to_hex(id >> bits) FROM unnest(ARRAY[21, 23, 25, 27, 29, 31]) AS bits
    ) AS found
$function$
""",
)
FOLLOW = """
CREATE OR REPLACE FUNCTION {table}_follow() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {table}_index;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {table}_index WHERE id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {table}_index SELECT {row} FROM (SELECT NEW.*) AS new;
    END IF;
    RETURN NULL;
END
$function$
"""
FILL = "INSERT INTO {table}_index SELECT {row} FROM {table}"
# Who reads a vector reads all of it, and the planner gains nothing from knowing how often each of its words occurs.
MAKE = (
    "CREATE TABLE {table}_index (id bigint PRIMARY KEY, words tsvector NOT NULL, keys tsvector NOT NULL)",
    "ALTER TABLE {table}_index ALTER words SET STATISTICS 0, ALTER keys SET STATISTICS 0",
    FILL,
    "CREATE INDEX {table}_index_keys ON {table}_index USING gin (keys) WITH (fastupdate = off)",
)
FUNCTION_BEFORE = """
CREATE FUNCTION story_search_vector(
    headline text, people text, standfirst text, topics text, body text, sounds text, marks text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT coalesce(string_agg(
        '''' || sign || word || ''':' || least(start + place, 16383)::text || weight, ' '
    ), '')::tsvector
    FROM (VALUES
        (headline, 0, 'A', ''), (people, 400, 'A', ''), (standfirst, 800, 'B', ''), (topics, 2000, 'B', ''),
        (body, 2400, 'C', ''), (sounds, 16383, 'D', '~'), (marks, 16383, 'D', '#')
    ) AS field (words, start, weight, sign),
    unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one (word, place)
    WHERE word <> ''
$function$
"""
MAKE_BEFORE = (
    "CREATE TABLE {table}_index (id bigint PRIMARY KEY, vector tsvector NOT NULL)",
    FILL,
    "CREATE INDEX {table}_index_words ON {table}_index USING gin (vector) WITH (fastupdate = off)",
)


def _make(schema_editor, statements, row):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}_index", params=None)
        for statement in (*statements, FOLLOW):
            schema_editor.execute(statement.format(table=table, row=row), params=None)


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for function in FUNCTIONS:
        schema_editor.execute(function, params=None)
    _make(schema_editor, MAKE, ROW)
    schema_editor.execute("DROP FUNCTION story_search_vector", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTION_BEFORE, params=None)
    _make(schema_editor, MAKE_BEFORE, ROW_BEFORE)
    for name in ("words", "keys"):
        schema_editor.execute(f"DROP FUNCTION story_search_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("story_search", "0003_one_stretch_an_edition")]
    operations = [migrations.RunPython(add, remove)]
