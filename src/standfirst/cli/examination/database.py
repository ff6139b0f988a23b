"""Checks of the database and of what happens in the background; Django is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from standfirst.cli.examination.finding import Finding, good, note, problem
from standfirst.cli.home import Home
from standfirst.cli.readiness import migration_state

STUCK_AFTER = timedelta(hours=2)
WAITING_AFTER = timedelta(minutes=10)
RECENT = timedelta(days=7)


def check_database(home: Home) -> Iterator[Finding]:
    """The database is sound and of this version."""
    from django.db import connection

    if home.uses_sqlite:
        with connection.cursor() as cursor:
            result = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
        if result != "ok":
            yield problem("database", f"it is damaged ({result})", "stop the site and restore the last backup.")
            return
    state = migration_state()
    if state.unknown:
        yield problem("database", f"it comes from a newer version ({state.unknown[-1]})", "install that version.")
    elif state.unapplied:
        remedy = f"make a backup, then run `standfirst upgrade --home {home.path}`."
        yield problem("database", f"{len(state.unapplied)} migrations are missing", remedy)
    else:
        yield good("database", "SQLite, sound" if home.uses_sqlite else "PostgreSQL")


def check_system(home: Home) -> Iterator[Finding]:
    """What Django and Wagtail themselves find."""
    from django.core.checks import run_checks

    serious = [message for message in run_checks(include_deployment_checks=False) if message.level >= 30]
    for message in serious:
        yield problem("system", message.msg, message.hint or "see Django's documentation of this check.")
    if not serious:
        yield good("system", "no complaint from Django or Wagtail")


def check_site(home: Home) -> Iterator[Finding]:
    """There is a newsroom with an edition, and somebody who can administer it."""
    from django.contrib.auth import get_user_model

    from standfirst.stories.models import Edition

    editions = list(Edition.objects.live().values_list("slug", flat=True))
    if editions:
        yield good("editions", ", ".join(editions))
    else:
        yield problem("editions", "there is none that is live", "publish one in the desk, under Pages.")
    people = get_user_model().objects.filter(is_active=True)
    if not people.filter(groups__permissions__codename="add_user").exists() and not people.filter(is_superuser=True):
        remedy = "run `standfirst manage createsuperuser`."
        yield problem("administrator", "nobody can add staff", remedy)


def check_tasks(home: Home) -> Iterator[Finding]:
    """No background task failed lately, hangs, or waits because no worker runs."""
    from django.utils import timezone
    from django_tasks import TaskResultStatus as Status
    from django_tasks_db.models import DBTaskResult

    now, tasks = timezone.now(), DBTaskResult.objects.all()
    failed = tasks.filter(status=Status.FAILED, finished_at__gte=now - RECENT)
    stuck = tasks.filter(status=Status.RUNNING, started_at__lt=now - STUCK_AFTER).count()
    waiting = tasks.ready().filter(enqueued_at__lt=now - WAITING_AFTER).count()
    if count := failed.count():
        latest = failed.latest("finished_at")
        cause = latest.traceback.strip().splitlines()[-1] if latest.traceback else latest.exception_class_path
        remedy = "read the log of that time; `standfirst manage shell` has the whole traceback."
        yield problem("tasks", f"{count} failed in a week, the last one {latest.task_path}: {cause}", remedy)
    if stuck:
        yield problem("tasks", f"{stuck} run longer than two hours", "restart the site; interrupted tasks run again.")
    if waiting:
        remedy = "start the site with `standfirst serve`, which runs the background worker too."
        yield note("tasks", f"{waiting} wait longer than ten minutes", remedy)
    if not (count or stuck or waiting):
        yield good("tasks", "none failed, none stuck")


def check_mail(home: Home) -> Iterator[Finding]:
    """The mail server answers and takes the sign-in; nothing is sent."""
    from django.core.mail import get_connection

    if home.options.mail_url == "console:":
        remedy = "set mail_url, or nobody can reset a password."
        yield note("mail", "no mail is sent, it is printed to the log", remedy)
        return
    try:
        connection = get_connection(timeout=10)
        connection.open()
        connection.close()
    except OSError as error:
        yield problem("mail", f"the mail server does not answer as it should ({error})", "check mail_url.")
    else:
        yield good("mail", "the mail server answers")


def check_listing(home: Home) -> Iterator[Finding]:
    """What is public and what the public lists show are the same stories."""
    from standfirst.stories.drift import listing_drift

    drift = listing_drift()
    if drift:
        found = f"{drift.missing} public stories are in no list, {drift.stray} listed ones are not public"
        yield problem("lists", found, "run `standfirst manage relist`.")
    else:
        yield good("lists", "every public story is listed, and no other")


def check_exposure(home: Home) -> Iterator[Finding]:
    """`--host` beyond loopback without a proxy serves passwords in the clear."""
    if home.options.host not in {"127.0.0.1", "::1", "localhost"} and not home.options.https:
        remedy = 'put Caddy or nginx in front and set host = "127.0.0.1".'
        yield problem("host", f"{home.options.host} is open to the network without https", remedy)
