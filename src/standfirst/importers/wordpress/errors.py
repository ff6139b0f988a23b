"""What can go wrong with an import as a whole.

ImportProblem
├── NotAnExport       the file is something else
├── UnsafeExport      the file declares entities or an encoding that could hide them
├── DamagedExport     the file stops being well-formed; everything before that place is good
├── BadMapping        the mapping file says something that cannot be
└── ImportBusy        another import is at work
"""

from __future__ import annotations


class ImportProblem(Exception):
    """One clear sentence for the person who started the import, with what to do."""


class NotAnExport(ImportProblem):
    """The file is no WordPress export."""


class UnsafeExport(ImportProblem):
    """The file asks the reader to expand or load something; WordPress never writes that."""


class BadMapping(ImportProblem):
    """The mapping file has an unknown key or a bad value."""


class ImportBusy(ImportProblem):
    """Two imports at once would write over each other."""


class DamagedExport(ImportProblem):
    """The file is not well-formed from `line` and `column` on (both counted from 1)."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(
            f"The file is damaged at line {line}, column {column}: {reason}. Everything before that place was read. "
            f"Export again from WordPress, or repair that line, and import once more."
        )
