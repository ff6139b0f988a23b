"""The roll-ups, and the days that are summed up from them."""

from standfirst.counting.models.days import ShareDay, StoryDay, SummedDay
from standfirst.counting.models.rollups import (
    OTHER,
    OWN_REFERRER,
    SLOT_MINUTES,
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
    "SLOT_MINUTES",
    "AppealHour",
    "Device",
    "Filtered",
    "ReaderDay",
    "RollUp",
    "RollUpQuerySet",
    "ShareDay",
    "StoryDay",
    "StoryHour",
    "StorySlot",
    "SummedDay",
]
