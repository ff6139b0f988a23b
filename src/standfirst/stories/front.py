"""How a front page is filled: what editors pin stays, the rest is the latest; no story stands twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from standfirst.stories.appeals import Appeal, appeal_of
from standfirst.stories.blocks.front import FrontBlocks
from standfirst.stories.cards import public_keys, stories_by_key, with_bylines
from standfirst.stories.models.base import LINK_FIELDS
from standfirst.stories.models.listing import ListedStory
from standfirst.stories.models.people import Contributor
from standfirst.stories.models.pick import Pick
from standfirst.stories.models.section import Section
from standfirst.stories.models.subjects import Thread, ThreadEvent
from standfirst.stories.reading import chronology

if TYPE_CHECKING:
    from standfirst.stories.models import Article, Edition

Stored = dict[str, Any]
"""A container as it is stored: keys of pages instead of pages, so that reading it costs no query."""
EVENTS_SHOWN = 4


@dataclass
class Container:
    """One container with what it shows; which fields are filled depends on its kind."""

    kind: str
    title: str = ""
    value: Any = None
    lead: Article | None = None
    stories: list[Article] = field(default_factory=list)
    section: Section | None = None
    thread: Thread | None = None
    events: list[ThreadEvent] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    appeal: Appeal | None = None
    keys: list[int] = field(default_factory=list)
    """Primary keys of the stories, while the page is being composed."""

    @property
    def template(self) -> str:
        return f"stories/containers/{self.kind}.html"

    @property
    def is_empty(self) -> bool:
        return not any((self.keys, self.events, self.picks, self.contributors, self.appeal, self.value))

    @property
    def articles(self) -> list[Article]:
        return [story for story in [self.lead, *self.stories] if story]


def compose_front(edition: Edition) -> list[Container]:
    """Return the containers of `edition`'s front page that have something to show, from top to bottom.

    Each container first chooses primary keys from the narrow list table; the stories are then fetched all at once.
    """
    containers = [container for container in _FrontPage(edition).compose() if not container.is_empty]
    picked = [pick.article_id for container in containers for pick in container.picks]
    cards = stories_by_key([*picked, *(key for container in containers for key in container.keys)])
    for container in containers:
        stories = [cards[key] for key in container.keys if key in cards]
        container.lead, container.stories = (stories[0], stories[1:]) if container.kind == "lead" else (None, stories)
        for pick in container.picks:
            pick.article = cards[pick.article_id]
    with_bylines(story for container in containers for story in container.articles)
    return containers


class _FrontPage:
    """Chooses from top to bottom and remembers which stories stand already."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.stored = [(raw["type"], {**_defaults(raw["type"]), **raw["value"]}) for raw in edition.front.raw_data]
        self.used: set[int] = set()
        self.pinned = public_keys(pk for _kind, value in self.stored for pk in _keys(value, "pinned"))
        self.sections = Section.objects.live().only(*LINK_FIELDS, "colour").in_bulk(self._chosen("section"))
        self.threads = Thread.objects.live().only(*LINK_FIELDS, "standfirst").in_bulk(self._chosen("thread"))
        people = {pk for kind, value in self.stored if kind == "contributors" for pk in _keys(value, "contributors")}
        self.people = Contributor.objects.live().select_related("picture").in_bulk(people) if people else {}

    def _chosen(self, kind: str) -> list[int]:
        return [value[kind] for stored_kind, value in self.stored if stored_kind == kind and value[kind]]

    def compose(self) -> Iterable[Container]:
        for index, (kind, value) in enumerate(self.stored):
            if kind == "letter_box":  # the one container whose own text is shown
                yield Container(kind, value["title"], value=self.edition.front[index].value)
            else:
                yield getattr(self, f"_{kind}")(value)

    def _take(self, list_key: str, size: int, value: Stored) -> list[int]:
        """Choose `size` stories: the pinned ones first, then the list's latest that stand nowhere else."""
        chosen = [pk for pk in _keys(value, "pinned") if pk in self.pinned and pk not in self.used][:size]
        self.used.update(chosen)
        if len(chosen) < size:
            # Neither what stands on the page already nor what is pinned further down.
            latest = ListedStory.objects.filter(list_key=list_key).exclude(article_id__in=self.used | self.pinned)
            found = latest.order_by("-published_at", "-article").values_list("article_id", flat=True)
            chosen += found[: size - len(chosen)]
            self.used.update(chosen)
        return chosen

    def _lead(self, value: Stored) -> Container:
        return Container("lead", keys=self._take(self.edition.list_key, 1 + value["secondary"], value))

    def _section(self, value: Stored) -> Container:
        section = self.sections.get(value["section"])
        if not section:
            return Container("section")
        keys = self._take(section.list_key, value["size"], value)
        return Container("section", section.title, section=section, keys=keys)

    def _latest(self, value: Stored) -> Container:
        keys = self._take(self.edition.list_key, value["size"], value)
        return Container("latest", value["title"] or _("Latest"), keys=keys)

    def _picks(self, value: Stored) -> Container:
        picks = [pick for pick in Pick.objects.current(self.edition.pk) if pick.article_id not in self.used]
        picks = picks[: value["size"]]
        self.used.update(pick.article_id for pick in picks)
        return Container("picks", _("Editor’s picks"), picks=picks)

    def _popular(self, value: Stored) -> Container:
        """A fragment fills it: the page stays as it is when the order changes."""
        return Container("popular", value=value)

    def _thread(self, value: Stored) -> Container:
        thread = self.threads.get(value["thread"])
        if not thread:
            return Container("thread")
        keys = self._take(thread.list_key, value["size"], value)
        events = chronology(thread, latest=EVENTS_SHOWN)
        return Container("thread", thread.title, thread=thread, keys=keys, events=events)

    def _opinion(self, value: Stored) -> Container:
        keys = self._take(f"type:opinion:{self.edition.pk}", value["size"], value)
        return Container("opinion", _("Opinion"), keys=keys)

    def _contributors(self, value: Stored) -> Container:
        people = [self.people[pk] for pk in _keys(value, "contributors") if pk in self.people]
        return Container("contributors", value["title"], contributors=people)

    def _appeal(self, value: Stored) -> Container:
        appeal = appeal_of(self.edition, title=value["title"], text=value["text"])
        return Container("appeal", appeal.title, appeal=appeal, value=value)


@cache
def _defaults(kind: str) -> Stored:
    """What a container holds that was stored without some of its fields, as older ones are."""
    fields = FrontBlocks().child_blocks[kind].child_blocks
    return {name: block.get_prep_value(block.get_default()) for name, block in fields.items()}


def _keys(value: Stored, name: str) -> list[int]:
    """Keys of the pages chosen in a list, in their order."""
    entries = value.get(name) or () if isinstance(value, dict) else ()
    keys = [entry["value"] if isinstance(entry, dict) else entry for entry in entries]
    return [key for key in keys if key]
