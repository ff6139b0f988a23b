"""“Read now” on the dashboard: the last half hour."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.insights.reading import tables
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.curves import curve_of
from standfirst.insights.reading.groups import story_names
from standfirst.insights.reading.periods import last_minutes
from standfirst.insights.reading.scope import Scope

SHOWN = 8


def read_now() -> dict[str, Any]:
    """The stories with most views in the last half hour, and all views of it, drawn by five minutes."""
    counted = Counted(last_minutes(timezone.now()), Scope())
    found = counted.by_story()
    most = sorted((-one.views, story) for story, one in found.items() if story and one.views)[:SHOWN]
    names = story_names([story for _views, story in most])
    curve = curve_of(counted)
    return {
        "views": tables.whole(curve.total.views),
        "drawn": curve.drawn(_("Views of the last 30 minutes")) if curve.total.views else "",
        "stories": [
            (names[story], tables.whole(found[story].views), tables.whole(found[story].reads)) for _views, story in most
        ],
    }
