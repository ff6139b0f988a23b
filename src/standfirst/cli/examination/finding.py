"""One thing that the doctor found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How serious a finding is. Only problems make `doctor` end with status 1."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """What was found, and the remedy (empty where all is well)."""

    grade: Grade
    subject: str
    found: str
    remedy: str = ""


def good(subject: str, found: str) -> Finding:
    """All is well."""
    return Finding(Grade.GOOD, subject, found)


def note(subject: str, found: str, remedy: str) -> Finding:
    """Worth knowing; the site works."""
    return Finding(Grade.NOTE, subject, found, remedy)


def problem(subject: str, found: str, remedy: str) -> Finding:
    """Something does not work, or is not safe."""
    return Finding(Grade.PROBLEM, subject, found, remedy)
