"""The default desk, the way of a story to the reader, and what the roles may do to the stories' other models."""

from django.db import migrations

DESK_RIGHTS = ["add", "change", "lock", "unlock"]
MODEL_RIGHTS = {
    "Reporters": [("stories", "correction", "view_correction")],
    "Editors": [
        ("stories", "correction", "view_correction"),
        ("simple_translation", "simpletranslation", "submit_translation"),
    ],
    "Publishers": [
        ("stories", "correction", "view_correction"),
        ("stories", "pick", "view_pick"),
        ("stories", "pick", "add_pick"),
        ("stories", "pick", "change_pick"),
        ("stories", "pick", "delete_pick"),
        ("simple_translation", "simpletranslation", "submit_translation"),
    ],
}
STEPS = [
    ("editingtask", "EditingTask", "Editing", ["Editors"]),
    ("legaltask", "LegalTask", "Legal reading", ["Publishers"]),
    ("readytask", "ReadyTask", "Ready", ["Publishers"]),
]


def content_type(apps, app_label, model):
    return apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def permission(apps, app_label, model, codename):
    """The permission, made here when `post_migrate` has not made it yet."""
    found, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=content_type(apps, app_label, model),
        codename=codename,
        defaults={"name": f"Can {codename.replace('_', ' ')}"},
    )
    return found


def give_rights(apps, schema_editor):
    for name, rights in MODEL_RIGHTS.items():
        group = apps.get_model("auth.Group").objects.get(name=name)
        group.permissions.add(*(permission(apps, *right) for right in rights))


def make_default_desk(apps, schema_editor):
    group, _ = apps.get_model("auth.Group").objects.get_or_create(name="Desk: Newsroom")
    desk = apps.get_model("stories.Desk").objects.create(name="Newsroom", covers_everything=True, group=group)
    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    for action in DESK_RIGHTS:
        apps.get_model("wagtailcore.GroupPagePermission").objects.get_or_create(
            group=group, page=root, permission=permission(apps, "wagtailcore", "page", f"{action}_page")
        )
    editors = apps.get_model("accounts.User").objects.filter(groups__name="Editors")
    desk.members.set(editors)
    group.user_set.set(editors)


def make_workflow(apps, schema_editor):
    # Wagtail's own workflow asks a group that the roles replaced.
    apps.get_model("wagtailcore.Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore.Task").objects.filter(name="Moderators approval").delete()
    workflow = apps.get_model("wagtailcore.Workflow").objects.create(name="the desk", active=True)
    for order, (model, class_name, name, groups) in enumerate(STEPS):
        task = apps.get_model("stories", class_name).objects.create(
            name=name, active=True, content_type=content_type(apps, "stories", model)
        )
        task.groups.set(apps.get_model("auth.Group").objects.filter(name__in=groups))
        apps.get_model("wagtailcore.WorkflowTask").objects.create(
            workflow=workflow, task_id=task.pk, sort_order=order
        )
    root = apps.get_model("wagtailcore.Page").objects.get(depth=1)
    apps.get_model("wagtailcore.WorkflowPage").objects.update_or_create(page=root, defaults={"workflow": workflow})


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0002_desks_and_steps"),
        ("accounts", "0002_roles"),
        ("wagtailcore", "0098_apitoken"),
        ("simple_translation", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(give_rights, migrations.RunPython.noop),
        migrations.RunPython(make_default_desk, migrations.RunPython.noop),
        migrations.RunPython(make_workflow, migrations.RunPython.noop),
    ]
