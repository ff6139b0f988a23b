"""Why a beacon was not counted. The words stand in `Filtered.reason` and in the metrics."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One reason each; a beacon is filtered for the first that holds."""

    ASKED_NOT = "asked_not"
    """The browser said Do Not Track or Global Privacy Control: nothing else of it was looked at."""
    MALFORMED = "malformed"
    """Not what our script sends: method, length, fields."""
    ELSEWHERE = "elsewhere"
    """Sent by a page of another site."""
    FORGED = "forged"
    """The token is not ours, or the view is one of another page."""
    ROBOT = "robot"
    """The user agent is a robot's, a headless browser's or a program's."""
    DATA_CENTRE = "data_centre"
    """From a network that the newsroom listed as a data centre."""
    REPLAYED = "replayed"
    """Sent before."""
    NO_VIEW = "no_view"
    """The end of a view that was never counted."""
    BURST = "burst"
    """More in a minute than a reader or a network of readers sends."""
    VISITOR_CAP = "visitor_cap"
    """This page has counted this visitor often enough today."""
    NETWORK_CAP = "network_cap"
    """This page, or the newsroom, has counted this network often enough this hour."""
    FULL = "full"
    """There was no room: more came in half a second, or on one day, than is ever kept."""
