"""What can be wrong with the demo's content.

DemoError
└── ContentError    a content file is not as the format asks; names the file and the line
"""

from __future__ import annotations

from pathlib import Path


class DemoError(Exception):
    """The demo newsroom cannot be built; the message says why and what to do."""


class ContentError(DemoError):
    """A content file is not as docs/reference/demo.md describes it."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path.parent.name}/{path.name}, line {line}: {message}")
