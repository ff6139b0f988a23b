"""Sums of days, and the triggers that take a day's sums out of use with every change of one of its hours.

SQLite drops a table's triggers with the table, and Django rebuilds a table to alter it: a later migration that alters
`counting_storyhour` creates them again (`guard`).
"""

from django.db import migrations, models


FORGET = "DELETE FROM counting_summedday WHERE ends > {row}.hour AND begins <= {row}.hour"
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def body(rows):
    return "; ".join(FORGET.format(row=row) for row in rows)


SQLITE = [
    f"CREATE TRIGGER counting_day_{verb} AFTER {verb.upper()} ON counting_storyhour FOR EACH ROW BEGIN {body(rows)}; END"
    for verb, rows in ROWS.items()
]
POSTGRESQL = [
    statement
    for verb, rows in ROWS.items()
    for statement in (
        f"CREATE FUNCTION counting_day_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {body(rows)}; RETURN NULL; END $$",
        f"CREATE TRIGGER counting_day_{verb} AFTER {verb.upper()} ON counting_storyhour FOR EACH ROW"
        f" EXECUTE FUNCTION counting_day_{verb}()",
    )
]
GUARD = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
RELEASE = {
    "sqlite": [f"DROP TRIGGER counting_day_{verb}" for verb in ROWS],
    "postgresql": [
        statement
        for verb in ROWS
        for statement in (
            f"DROP TRIGGER counting_day_{verb} ON counting_storyhour",
            f"DROP FUNCTION counting_day_{verb}()",
        )
    ],
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def release(apps, schema_editor):
    for statement in RELEASE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('counting', '0001_roll_ups'),
    ]

    operations = [
        migrations.CreateModel(
            name='SummedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('begins', models.DateTimeField()),
                ('ends', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'day that is summed up',
                'verbose_name_plural': 'days that are summed up',
            },
        ),
        migrations.CreateModel(
            name='ShareDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('edition_id', models.PositiveIntegerField()),
                ('views', models.PositiveIntegerField(default=0)),
                ('reads', models.PositiveIntegerField(default=0)),
                ('engaged_seconds', models.PositiveBigIntegerField(default=0)),
                ('depth_total', models.PositiveBigIntegerField(default=0)),
                ('kind', models.CharField(choices=[('referrer', 'referrer'), ('campaign', 'campaign'), ('device', 'device'), ('hour', 'hour')], max_length=8)),
                ('value', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'verbose_name': 'part of a day',
                'verbose_name_plural': 'parts of days',
                'constraints': [models.UniqueConstraint(fields=('kind', 'day', 'edition_id', 'value'), name='share_day_once')],
            },
        ),
        migrations.CreateModel(
            name='StoryDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('edition_id', models.PositiveIntegerField()),
                ('views', models.PositiveIntegerField(default=0)),
                ('reads', models.PositiveIntegerField(default=0)),
                ('engaged_seconds', models.PositiveBigIntegerField(default=0)),
                ('depth_total', models.PositiveBigIntegerField(default=0)),
                ('story_id', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'day of a story',
                'verbose_name_plural': 'days of stories',
                'constraints': [models.UniqueConstraint(fields=('day', 'story_id', 'edition_id'), name='story_day_once')],
            },
        ),
        migrations.RunPython(guard, release),
    ]
