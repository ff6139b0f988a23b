"""The words of the appeal: the block's own, else the edition's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from standfirst.stories.models import Edition


@dataclass(frozen=True)
class Appeal:
    """What asks a reader for support; `url` is the address where one joins."""

    title: str
    text: str
    button: str
    url: str


def join_address(edition: Edition, source: str) -> str:
    """Where a reader becomes a member, in the edition's language; `source` says what led there."""
    return f"/join/?lang={edition.language_code}&source={source}"


def appeal_of(edition: Edition, *, title: str = "", text: str = "") -> Appeal:
    """Return the appeal with the given words, and the edition's or the house's where they are empty."""
    return Appeal(
        title=title or edition.appeal_title or _("You rely on us. We rely on you."),
        text=text or edition.appeal_text or _("Readers carry this newsroom. Become one of them."),
        button=edition.appeal_button or _("Become a member"),
        url=join_address(edition, "appeal"),
    )
