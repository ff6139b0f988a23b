"""Tells the layers above which stories were listed anew or taken out of the public lists, inside that transaction.

What the public finds comes from `ListedStory`; whoever keeps something that follows from it (a search index) listens
here, and nothing that changes the lists can pass it by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Hears = Callable[[Collection[int]], None]
_listeners: list[Hears] = []


def listen(hears: Hears) -> None:
    """Let `hears` be told of stories, by their primary keys, after the lists were made to agree with them."""
    if hears not in _listeners:
        _listeners.append(hears)


def tell(story_ids: Collection[int]) -> None:
    """Tell whoever listens. Raises what they raise: then the lists stay as they were."""
    for hears in _listeners:
        hears(story_ids)
