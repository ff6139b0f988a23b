"""The roll-ups."""

from standfirst.counting.models.rollups import (
    OTHER,
    OWN_REFERRER,
    AppealHour,
    Device,
    Filtered,
    ReaderDay,
    RollUp,
    RollUpQuerySet,
    StoryHour,
    StorySlot,
)

__all__ = [
    "OTHER",
    "OWN_REFERRER",
    "AppealHour",
    "Device",
    "Filtered",
    "ReaderDay",
    "RollUp",
    "RollUpQuerySet",
    "StoryHour",
    "StorySlot",
]
