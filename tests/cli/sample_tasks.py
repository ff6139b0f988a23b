"""Tasks for the tests of the background worker."""

from __future__ import annotations

from django.db import OperationalError
from django_tasks import task

done: list[str] = []


@task()
def note(word: str) -> str:
    """Remember that it ran."""
    done.append(word)
    return word


@task()
def fail() -> None:
    """Fail as a task does."""
    raise LookupError("no such picture")


@task()
def meet_a_lock() -> None:
    """Fail as a task does whose database was locked for too long."""
    done.append("tried")
    raise OperationalError("database is locked")
