"""The roles of the newsroom, as groups, with what they may do to pages, pictures and documents.

What they may do to stories' other models stands in the migrations of `stories`.
"""

from django.db import migrations

ROLES = [
    "Reporters",
    "Editors",
    "Publishers",
    "Picture editors",
    "Membership managers",
    "Administrators",
]

# Wagtail: whoever may "add" may also change what they made themselves.
PAGES = {
    "Reporters": ["add"],
    "Publishers": ["add", "change", "publish", "lock", "unlock", "bulk_delete"],
}
# Wagtail: whoever may "change" may delete as well.
FILES = {
    "Reporters": ["add", "choose"],
    "Editors": ["add", "change", "choose"],
    "Publishers": ["add", "change", "choose"],
    "Picture editors": ["add", "change", "choose"],
}
FILE_MODELS = [("wagtailimages", "image"), ("wagtaildocs", "document")]


def permission(apps, app_label, model, codename):
    """The permission, made here when `post_migrate` has not made it yet."""
    content_type, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label=app_label, model=model)
    found, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


def make_roles(apps, schema_editor):
    group_model = apps.get_model("auth.Group")
    # Wagtail's own two groups give other rights than our roles of the same kind; on a fresh site nobody is in them.
    group_model.objects.filter(name__in=["Moderators", "Editors"], user__isnull=True).delete()
    groups = {name: group_model.objects.get_or_create(name=name)[0] for name in ROLES}
    access_admin = permission(apps, "wagtailadmin", "admin", "access_admin")
    for group in groups.values():
        group.permissions.add(access_admin)
    give_pages(apps, groups)
    give_files(apps, groups)


def give_pages(apps, groups):
    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    page_permissions = apps.get_model("wagtailcore.GroupPagePermission").objects
    for name, actions in PAGES.items():
        for action in actions:
            page_permissions.get_or_create(
                group=groups[name], page=root, permission=permission(apps, "wagtailcore", "page", f"{action}_page")
            )


def give_files(apps, groups):
    root = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    collection_permissions = apps.get_model("wagtailcore.GroupCollectionPermission").objects
    for name, actions in FILES.items():
        for app_label, model in FILE_MODELS:
            for action in actions:
                found = permission(apps, app_label, model, f"{action}_{model}")
                collection_permissions.get_or_create(group=groups[name], collection=root, permission=found)


def remove_roles(apps, schema_editor):
    apps.get_model("auth.Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
