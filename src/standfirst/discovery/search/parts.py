"""The parts of a story in which words may be looked for."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """Where words are looked for."""

    WHOLE = "whole"
    LEAD = "lead"
    """Headline, standfirst, contributors and topics."""
    HEADLINE = "headline"


WORDS_OF = {Part.LEAD: "1", Part.HEADLINE: "2"}
SOUNDS_OF = {Part.LEAD: "3", Part.HEADLINE: "4"}
"""How a word and a sound that stand in one part of a story are marked. Such marks are short lists of their own: to look
for a common word in headlines takes no walk through all the texts that hold it."""
