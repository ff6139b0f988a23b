"""What imports have done in the background."""

from __future__ import annotations

from pathlib import Path

from django_tasks import task


@task()
def run_uploaded(run_id: int) -> None:
    """Import an uploaded export. Safe to repeat: a finished run is left alone, an interrupted one goes on."""
    from standfirst.importers.actions.run_import import run_import
    from standfirst.importers.models import ImportRun
    from standfirst.importers.wordpress.errors import ImportProblem

    run = ImportRun.objects.get(pk=run_id)
    if run.is_over:
        return
    path = Path(run.file_path)
    try:
        run_import(run=run, path=path)
    except ImportProblem:
        return  # the run holds the message, and the page of the run shows it
    path.unlink(missing_ok=True)  # an export holds readers' addresses; nobody needs the upload any more


@task()
def index_imported(site: str) -> int:
    """Bring what came from `site` into search and reference index; returns how many pages."""
    from standfirst.importers.actions.index_pages import index_pages

    return index_pages(site=site)
