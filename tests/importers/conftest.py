"""A newsroom with an edition to import into, and short ways to import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standfirst.importers.actions.open_run import open_run
from standfirst.importers.actions.run_import import run_import
from standfirst.importers.models import ImportRun
from standfirst.stories.models import Edition
from tests import factories
from tests.importers import exports

Importer = Callable[..., ImportRun]


@pytest.fixture
def edition(db: None) -> Edition:
    return factories.edition("en")


@pytest.fixture
def import_file(edition: Edition) -> Importer:
    """Imports the export at a path, without media unless told, and returns the run as the database has it."""

    def run(path: Path, *, media: str = "none", **options: Any) -> ImportRun:
        work, _resumed = open_run(path=path, media=media, **options)
        run_import(run=work, path=path)
        work.refresh_from_db()
        return work

    return run


@pytest.fixture
def import_items(import_file: Importer, tmp_path: Path) -> Importer:
    """Imports an export made of the given parts."""

    def run(*parts: str, site: str = exports.SITE, language: str = "en-US", **options: Any) -> ImportRun:
        return import_file(exports.write(tmp_path, *parts, site=site, language=language), **options)

    return run
