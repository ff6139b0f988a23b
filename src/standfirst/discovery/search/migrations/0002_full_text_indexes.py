"""Makes the indexes behind the two tables of documents, each in the form its database has, and what keeps them true."""

from django.db import migrations

TABLES = ("story_search_publicdocument", "story_search_staffdocument")
FIELDS = ("in_headline", "in_people", "in_standfirst", "in_topics", "in_text", "sounds", "marks")

# Words come already cut, folded and stemmed: the tokenizer only has to part them at spaces.
SQLITE = (
    "CREATE VIRTUAL TABLE {table}_index USING fts5({fields}, content='{table}', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_index (rowid, {fields}) VALUES (new.id, {new}); END",
    "CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_index ({table}_index, rowid, {fields}) VALUES ('delete', old.id, {old}); END",
    "CREATE TRIGGER {table}_updated AFTER UPDATE ON {table} BEGIN "
    "INSERT INTO {table}_index ({table}_index, rowid, {fields}) VALUES ('delete', old.id, {old}); "
    "INSERT INTO {table}_index (rowid, {fields}) VALUES (new.id, {new}); END",
)

# Built as a literal, past the database's own parser, which would cut 5g or 1e5 in ways of its own. Fields stand apart,
# so that no phrase runs from one into the next. A position ends at 16383; an empty word keeps its place.
POSTGRESQL_FUNCTION = """
CREATE FUNCTION story_search_vector(
    headline text, people text, standfirst text, topics text, body text, sounds text, marks text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT coalesce(string_agg(
        '''' || word || ''':' || least(start + place, 16383)::text || weight, ' '
    ), '')::tsvector
    FROM (VALUES
        (headline, 0, 'A'), (people, 400, 'A'), (standfirst, 800, 'B'), (topics, 2000, 'B'), (body, 2400, 'C'),
        (sounds, 16383, 'D'), (marks, 16383, 'D')
    ) AS field (words, start, weight),
    unnest(string_to_array(words, ' ')) WITH ORDINALITY AS one (word, place)
    WHERE word <> ''
$function$
"""
POSTGRESQL = (
    "CREATE TABLE {table}_index (id bigint PRIMARY KEY, vector tsvector NOT NULL)",
    "CREATE INDEX {table}_index_words ON {table}_index USING gin (vector) WITH (fastupdate = off)",
    """
CREATE FUNCTION {table}_follow() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM {table}_index;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {table}_index WHERE id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {table}_index (id, vector) VALUES (NEW.id, story_search_vector({new}));
    END IF;
    RETURN NULL;
END
$function$
""",
    "CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_follow()",
    "CREATE TRIGGER {table}_emptied AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_follow()",
)


def make(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    for table in TABLES:
        names = {
            "table": table,
            "fields": ", ".join(FIELDS),
            "new": ", ".join(f"new.{field}" for field in FIELDS),
            "old": ", ".join(f"old.{field}" for field in FIELDS),
        }
        for statement in SQLITE if is_sqlite else POSTGRESQL:
            schema_editor.execute(statement.format(**names), params=None)


def unmake(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        for trigger in ("inserted", "deleted", "updated") if is_sqlite else ():
            schema_editor.execute(f"DROP TRIGGER {table}_{trigger}", params=None)
        if not is_sqlite:
            schema_editor.execute(f"DROP FUNCTION {table}_follow() CASCADE", params=None)
        schema_editor.execute(f"DROP TABLE {table}_index", params=None)
    if not is_sqlite:
        schema_editor.execute("DROP FUNCTION story_search_vector", params=None)


class Migration(migrations.Migration):
    dependencies = [("story_search", "0001_stories_as_search_sees_them")]
    operations = [migrations.RunPython(make, unmake)]
