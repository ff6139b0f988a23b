"""What imports have done in the background."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from django_tasks import task

PAUSE = timedelta(seconds=30)
"""How long an import waits before it looks again whether another one has finished."""


@task()
def run_uploaded(run_id: int) -> None:
    """Import an uploaded export. Safe to repeat: a finished run is left alone, an interrupted one goes on.

    While another import is at work it waits and orders itself again.
    """
    from standfirst.importers.actions.run_import import run_import
    from standfirst.importers.models import ImportRun
    from standfirst.importers.wordpress.errors import ImportBusy, ImportProblem

    run = ImportRun.objects.get(pk=run_id)
    if run.is_over:
        return
    path = Path(run.file_path)
    try:
        run_import(run=run, path=path)
    except ImportBusy as busy:
        ImportRun.objects.filter(pk=run_id).update(message=str(busy))
        run_uploaded.using(run_after=timezone.now() + PAUSE).enqueue(run_id)
        return
    except ImportProblem:
        return  # the run holds the message, and the page of the run shows it
    path.unlink(missing_ok=True)  # an export holds readers' addresses; nobody needs the upload any more


@task()
def index_imported(site: str) -> int:
    """Bring what came from `site` into search and reference index; returns how many pages."""
    from standfirst.importers.actions.index_pages import index_pages

    return index_pages(site=site)


@task(queue_name="money")
def adopt_subscriptions(account_id: int) -> None:
    """Take on the subscriptions of imported members. While the provider does not answer it orders itself again."""
    from standfirst.importers.members.adopting import adopt_all
    from standfirst.payments.providers.interface import ProviderError

    try:
        adopt_all(account_id)
    except ProviderError:
        adopt_subscriptions.using(run_after=timezone.now() + PAUSE).enqueue(account_id)
