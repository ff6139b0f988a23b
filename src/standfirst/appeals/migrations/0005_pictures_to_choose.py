"""Membership managers choose pictures for appeals; they add and change none."""

from django.db import migrations


def permission(apps):
    """The right to choose pictures, made here when `post_migrate` has not made it yet."""
    kind, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label="wagtailimages", model="image")
    found, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=kind, codename="choose_image", defaults={"name": "Can choose image"}
    )
    return found


def let_choose(apps, schema_editor):
    collection = apps.get_model("wagtailcore.Collection").objects.filter(depth=1).first()
    group = apps.get_model("auth.Group").objects.filter(name="Membership managers").first()
    if collection and group:
        apps.get_model("wagtailcore.GroupCollectionPermission").objects.get_or_create(
            group=group, collection=collection, permission=permission(apps)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0004_when_devices_choose_anew"),
        ("accounts", "0002_roles"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]
    operations = [migrations.RunPython(let_choose, migrations.RunPython.noop)]
