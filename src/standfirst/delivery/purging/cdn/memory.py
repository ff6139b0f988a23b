"""How far the CDN was told: a small file beside the page store, so that nothing is forgotten over a restart.

Each node tells the CDN itself, after its own store knows of a change. With several nodes the last of them does so when
none can answer with the old page any more; telling a thing twice costs a call and harms nothing.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "cdn.json"


@dataclass(frozen=True)
class Told:
    """Everything up to the row `position` (made at `made_at`) was told.

    `identity`, `everything` and `release` are the page store's: when it began anew, was told that everything changed,
    or belongs to another release, the CDN has to forget everything, too. `service` names the CDN that was told.
    """

    position: int
    made_at: str
    identity: int
    everything: int
    release: str
    service: str


def read_told(folder: Path) -> Told | None:
    """What is remembered in `folder`, `None` when that is nothing or cannot be read."""
    with suppress(OSError, ValueError, TypeError):
        return Told(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    return None


def write_told(folder: Path, told: Told) -> None:
    """Remember `told`. A disk that is full only costs that some of it is told again after a restart."""
    new = folder / f"{FILE}.new"
    with suppress(OSError):
        new.write_text(json.dumps(asdict(told)), encoding="utf-8")
        os.replace(new, folder / FILE)
