"""Write the story that the wall of a closed story named (`story:12`) into its column."""

import re

from django.db import migrations

BATCH = 500


def fill(apps, _schema_editor):
    pledges = apps.get_model("membership", "Pledge").objects
    batch = []
    for pledge in pledges.filter(source__startswith="story:").only("pk", "source").iterator(chunk_size=BATCH):
        found = re.fullmatch(r"story:([1-9][0-9]{0,9})", pledge.source)
        if found is None:
            continue
        pledge.source_story = int(found[1])
        batch.append(pledge)
        if len(batch) == BATCH:
            pledges.bulk_update(batch, ["source_story"])
            batch = []
    pledges.bulk_update(batch, ["source_story"])


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0009_where_joins_come_from"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
