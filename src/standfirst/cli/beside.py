"""A folder to work in beside the one that is wanted, so that what is unfinished never stands in its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standfirst.cli.errors import Refusal


@contextmanager
def folder_beside(folder: Path, ending: str) -> Iterator[Path]:
    """Give an empty folder named after `folder` and `ending`, and remove it when it was not moved into place.

    Raises:
        Refusal: it cannot be made there.
    """
    partial = folder.with_name(f".{folder.name}.{ending}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Refusal(f"{folder} cannot be made ({error.strerror}); choose another home folder.") from error
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)
