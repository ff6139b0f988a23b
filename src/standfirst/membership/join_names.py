"""Who knows the numbers in a `JoinSource`: layers above say what a story, an appeal or a variant is called.

What nobody knows is dropped, so that a made-up address never counts for a story or an appeal that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.membership.join_source import NUMBERS, JoinSource, arrival_of, place_of


@dataclass(frozen=True)
class Named:
    """What a number stands for: its name, where staff look at it ("" nowhere), and the number that it belongs to."""

    name: str
    url: str = ""
    belongs_to: int | None = None


Names = Callable[[Collection[int]], dict[int, Named]]
"""Given numbers, says what those of them are called that exist."""
StoryAt = Callable[[HttpRequest, str], int | None]
"""Given a path of this site, says which public story is there."""
_names: dict[str, Names] = {}
_story_at: list[StoryAt] = []
_CAMPAIGN = re.compile(r"campaign=([^&]*)")
"""The campaign of an address, as the script that counts reads it."""
PLACES = {
    "appeal": gettext_lazy("an appeal"),
    "box": gettext_lazy("the box in a story"),
    "strip": gettext_lazy("the strip on top"),
    "end": gettext_lazy("the end of a story"),
    "front": gettext_lazy("the front page"),
    "header": gettext_lazy("the nameplate"),
    "wall": gettext_lazy("the wall of a closed story"),
    "page": gettext_lazy("a page about the newsroom"),
    "story": gettext_lazy("a story"),
    "letter": gettext_lazy("a letter"),
    "gift": gettext_lazy("a gift"),
    "staff": gettext_lazy("the newsroom's desk"),
    "import": gettext_lazy("the system of before"),
    "registered": gettext_lazy("signing in"),
}


def register_names(field: str, names: Names) -> None:
    """Ask `names` from now on about the numbers in `field`: `story`, `appeal` or `variant`."""
    if field not in NUMBERS:
        raise ValueError(f"A join source has no number {field!r}; it has {', '.join(NUMBERS)}.")
    _names[field] = names


def register_story_at(story_at: StoryAt) -> None:
    """Ask `story_at` from now on which story is at an address."""
    _story_at[:] = [story_at]


def look_up(field: str, numbers: Iterable[int]) -> dict[int, Named]:
    """Say what those of `numbers` are called that exist."""
    wanted, names = set(numbers), _names.get(field)
    return names(wanted) if names is not None and wanted else {}


def known(source: JoinSource) -> JoinSource:
    """Return `source` without numbers that nobody knows. A variant brings its own appeal."""
    found: dict[str, int | None] = {}
    for field in NUMBERS:
        number = getattr(source, field)
        named = look_up(field, [number]) if number else {}
        found[field] = number if number in named else None
        if field == "variant" and number in named:
            found["appeal"] = named[number].belongs_to
    return replace(source, **found)  # type: ignore[arg-type]


def source_of(request: HttpRequest) -> JoinSource:
    """Return what the address of the join page says; where it names no story, the page that the reader came from does.

    That page also names the campaign with which the reader arrived, when it is the page of arrival. Browsers send
    the whole address of that page within one site (`Referrer-Policy: strict-origin-when-cross-origin`).
    """
    source = known(JoinSource.parse(request.GET.get("source", "")))
    came = _page_before(request)
    story, arrival = source.story, source.arrival
    if came is not None:
        story = story or (_story_at[0](request, unquote(came.path).strip("/")) if _story_at else None)
        arrival = arrival or ("" if source.letter else _arrival(came))
    return replace(source, story=story, place=source.place or ("story" if story else ""), arrival=arrival)


def _page_before(request: HttpRequest) -> SplitResult | None:
    """The page of this site that the reader came from."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    return came if came.netloc == request.get_host() else None


def _arrival(came: SplitResult) -> str:
    found = _CAMPAIGN.search(came.query)
    return arrival_of(unquote_plus(found[1])) if found else ""


@dataclass(frozen=True)
class Part:
    """A few words about where somebody came from, and where staff see more of it; "" nowhere."""

    words: str
    url: str = ""


def in_words(texts: Iterable[str]) -> dict[str, list[Part]]:
    """Say each of the kept `texts` in words: place, story, appeal, variant, campaigns, letter."""
    sources = {text: JoinSource.parse(text) for text in texts}
    names = {field: look_up(field, {getattr(one, field) for one in sources.values()} - {None}) for field in NUMBERS}
    return {text: _parts(text, one, names) for text, one in sources.items()}


def _parts(text: str, source: JoinSource, names: dict[str, dict[int, Named]]) -> list[Part]:
    place = source.place or place_of(text)
    parts = [Part(str(PLACES.get(place, place)))] if place else []
    for field, label in (("story", _("story")), ("appeal", _("appeal")), ("variant", _("variant"))):
        number = getattr(source, field)
        if number is not None:
            named = names[field].get(number) or Named(_("no longer there (%(number)d)") % {"number": number})
            parts.append(Part(f"{label}: {named.name}", named.url))
    words = ((_("campaign"), source.campaign), (_("letter"), source.letter), (_("arrived with"), source.arrival))
    for label, value in words:
        if value:
            parts.append(Part(f"{label}: {value}"))
    return parts
