"""Import a WordPress export (Tools, Export, All content) with its stories, pages, people, pictures and addresses."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TextIO

NICENESS = 5
"""How far the import stands back behind the web server when both want the processor."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `standfirst import wordpress` understands."""
    parser.add_argument("file", type=Path, metavar="FILE.xml", help="the export file")
    media = parser.add_mutually_exclusive_group()
    media.add_argument(
        "--media-from", type=Path, metavar="DIR", help="a copy of wp-content/uploads (default: fetch from the old site)"
    )
    media.add_argument("--no-media", action="store_true", help="leave pictures and files out; a later import adds them")
    parser.add_argument("--map", type=Path, metavar="mapping.toml", help="how categories, tags and people become ours")
    parser.add_argument("--edition", default="", metavar="CODE", help="edition to import into (default: the export's)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done; write and fetch nothing")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="where to write the report as well")


def run(options: argparse.Namespace) -> int:
    """Import, print the summary and where the report is; returns 0, or 1 when the file was damaged, or 2 when nothing
    could be imported."""
    from standfirst.importers.wordpress.errors import ImportProblem

    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    try:
        return _import(options)
    except ImportProblem as problem:
        _say(sys.stderr, str(problem))
        return 2


def _import(options: argparse.Namespace) -> int:
    from standfirst.importers.actions.open_run import open_run
    from standfirst.importers.actions.run_import import run_import
    from standfirst.importers.models import ImportRun
    from standfirst.importers.wordpress.errors import ImportProblem
    from standfirst.importers.wordpress.mapping import load_mapping
    from standfirst.importers.wordpress.source import open_export

    open_export(options.file).close()
    if options.media_from and not options.media_from.is_dir():
        raise ImportProblem(f"{options.media_from} is no folder. Give the copy of wp-content/uploads.")
    modes = ImportRun.Media
    media = modes.NONE if options.no_media else modes.FOLDER if options.media_from else modes.DOWNLOAD
    folder = str(options.media_from.resolve()) if options.media_from else ""
    mapping = load_mapping(options.map) if options.map else ""
    path = options.file.resolve()
    if options.dry_run:
        work = ImportRun(file_name=path.name, media=media, media_folder=folder, mapping=mapping, dry_run=True)
        return _dry(work, path, options)
    work, resumed = open_run(path=path, media=media, media_folder=folder, mapping=mapping)
    if resumed:
        _say(sys.stdout, f"Going on where an interrupted import of this file stopped ({work.items.count()} done).")
    report = run_import(run=work, path=path, edition=options.edition, progress=_Meter(sys.stderr))
    if options.report and report:
        options.report.write_bytes(report.read_bytes())
    return _conclude(work, str(report))


def _dry(work: object, path: Path, options: argparse.Namespace) -> int:
    from standfirst.importers.models import ImportRun
    from standfirst.importers.wordpress.lock import only_import
    from standfirst.importers.wordpress.report import write_report
    from standfirst.importers.wordpress.runner import Import

    assert isinstance(work, ImportRun)  # noqa: S101 - narrows the type only
    with only_import():
        job = Import(work, path, edition=options.edition, progress=_Meter(sys.stderr))
        job.execute()
    if options.report:
        write_report(options.report, work.report, job.recorder.kept)
    return _conclude(work, str(options.report or ""))


def _conclude(work: object, report: str) -> int:
    from standfirst.importers.models import ImportRun
    from standfirst.importers.wordpress.report import table

    assert isinstance(work, ImportRun)  # noqa: S101 - narrows the type only
    edition = work.edition.title if work.edition else ""
    head = "Dry run: nothing was written. " if work.dry_run else ""
    _say(sys.stdout, f"{head}{work.file_name} from {work.site}, edition {edition}")
    for line in table(work.report):
        _say(sys.stdout, line)
    if work.message:
        _say(sys.stdout, work.message)
    if not work.report["sums_match"]:
        _say(sys.stdout, "The sums do not match the export's own counts: please report this with the export.")
    if report:
        _say(sys.stdout, f"Report: {report}")
    return 1 if work.state == ImportRun.State.DAMAGED else 0


def _say(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")


class _Meter:
    """Shows progress on a terminal, and nothing where the output goes into a file."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.on = stream.isatty()

    def __call__(self, phase: str, done: int, total: int) -> None:
        if self.on:
            self.stream.write(f"\r\x1b[K{phase}: {done} of {total}")
            self.stream.flush()
            if not phase or done >= total:
                self.stream.write("\n")
