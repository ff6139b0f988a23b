"""Do an import: hold the lock, run it, keep its report, order what follows."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from standfirst.importers.models import ImportRun
from standfirst.importers.tasks import index_imported
from standfirst.importers.wordpress.errors import ImportProblem
from standfirst.importers.wordpress.lock import import_folder, only_import
from standfirst.importers.wordpress.report import write_report
from standfirst.importers.wordpress.runner import Import, Progress


def run_import(*, run: ImportRun, path: Path, edition: str = "", progress: Progress | None = None) -> Path | None:
    """Import the export at `path` as `run` says; returns where the JSON report is (`None` for an unsaved dry run).

    A run that ends with an error of its own is marked failed with the reason; one whose process dies stays at work
    and is taken up again.

    Raises:
        ImportProblem: nothing can be imported; the message says why and what to do.
    """
    with only_import():
        try:
            work = Import(run, path, edition=edition, progress=progress)
            work.execute()
        except ImportProblem as problem:
            _fail(run, str(problem))
            raise
        except Exception as error:
            _fail(run, f"The import stopped: {type(error).__name__}: {error}")
            raise
        if not run.pk:
            return None
        report = import_folder() / f"report-{run.pk}.json"
        items = work.recorder.kept if run.dry_run else run.items.iterator(chunk_size=500)
        write_report(report, run.report, items)
    if not run.dry_run:
        index_imported.enqueue(run.site)
    return report


def _fail(run: ImportRun, message: str) -> None:
    run.state, run.message, run.finished_at = ImportRun.State.FAILED, message, timezone.now()
    if run.pk:
        run.save()
