"""The rows that are counted: as keys of the ledger, and as rows of the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from standfirst.counting.ledger.totals import Key
from standfirst.counting.ledger.visits import View
from standfirst.counting.models import SLOT_MINUTES, AppealHour, Filtered, ReaderDay, RollUp, StoryHour, StorySlot
from standfirst.counting.reasons import Reason

HOUR, SLOT = 3600, SLOT_MINUTES * 60
MODELS: dict[str, type[RollUp]] = {"h": StoryHour, "s": StorySlot, "d": ReaderDay, "f": Filtered, "a": AppealHour}
"""What the first letter of a key means."""


def story_hour(at: float, view: View) -> Key:
    """The row of `StoryHour` for something at `at`, in seconds since the epoch."""
    place = (str(int(at // HOUR)), str(view.story), str(view.edition))
    return ("h", *place, view.referrer, view.campaign, view.device)


def story_slot(at: float, view: View) -> Key:
    """The row of `StorySlot`."""
    return "s", str(int(at // SLOT)), str(view.story), str(view.edition), view.referrer


def readers(edition: int) -> Key:
    """The row of `ReaderDay`; the day is the ledger's own."""
    return "d", str(edition)


def filtered(at: float, reason: Reason) -> Key:
    """The row of `Filtered`."""
    return "f", str(int(at // HOUR)), reason.value


def appeal_hour(at: float, variant: int, story: int) -> Key:
    """The row of `AppealHour`."""
    return "a", str(int(at // HOUR)), str(variant), str(story)


def columns(key: Key, day: date) -> dict[str, Any]:
    """The values that tell the row of `key`, in the ledger of `day`, from others: by column, without its source."""
    model, said = MODELS[key[0]], key[1:]
    names = [name for name in model.keyed_by() if name != "source"]
    if model is ReaderDay:
        return {"day": day, "edition_id": int(said[0])}
    length = SLOT if model is StorySlot else HOUR
    moment = datetime.fromtimestamp(int(said[0]) * length, UTC)
    values = (int(text) if name.endswith("_id") else text for name, text in zip(names[1:], said[1:], strict=True))
    return {names[0]: moment, **dict(zip(names[1:], values, strict=True))}
