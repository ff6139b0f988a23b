"""Who writes appeals: membership managers, and publishers."""

from django.db import migrations

GROUPS = ("Membership managers", "Publishers")
MODELS = ("campaign", "appeal", "quietday")
RIGHTS = ("view", "add", "change", "delete")


def permission(apps, model, right):
    """The permission, made here when `post_migrate` has not made it yet."""
    kind, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label="appeals", model=model)
    found, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=kind, codename=f"{right}_{model}", defaults={"name": f"Can {right} {model}"}
    )
    return found


def give_rights(apps, schema_editor):
    rights = [permission(apps, model, right) for model in MODELS for right in RIGHTS]
    for group in apps.get_model("auth.Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_campaigns_and_appeals"), ("accounts", "0002_roles")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
