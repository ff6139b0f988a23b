"""A small newsroom, and a way to render its pages as the edge does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import TestCase
from tests import factories
from tests.connections import connection_kept
from tests.delivery.changes import changed_keys
from wagtail.contrib.redirects.models import Redirect

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.edge.rendering import Renderer
from standfirst.delivery.trace import Trace
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import (
    Article,
    ContributorLink,
    Edition,
    InformationPage,
    Pick,
    Section,
    Source,
    Thread,
    ThreadEvent,
    Topic,
)

START = datetime(2025, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Rendering:
    """What a reader would get, and what it depends on."""

    status: int
    shown: bytes
    trace: Trace

    @property
    def keys(self) -> set[str]:
        return self.trace.keys


@dataclass(frozen=True)
class Outcome:
    """What a change changed: its keys, the pages that became stale, and those whose bytes are others now."""

    keys: set[str]
    stale: set[str]
    changed: set[str]
    after: dict[str, Rendering]

    @property
    def forgotten(self) -> set[str]:
        """Pages that would be served as current though they are not. There must never be one."""
        return self.changed - self.stale

    @property
    def needless(self) -> set[str]:
        return self.stale - self.changed


@cache
def _renderer() -> Renderer:
    return Renderer(WSGIHandler(), "http://testserver")


def render(address: str) -> Rendering:
    """Render `address`, or the fragment `NAME@/edition/`, on a canonical request."""
    name, _, edition = address.partition("@")
    with connection_kept():
        if edition:
            rendered = _renderer().render(Asked(edition), fragment=json.dumps({"name": name}))
        else:
            path, _, query = address.partition("?")
            pairs = tuple(tuple(pair.split("=", 1)) for pair in query.split("&") if pair)
            rendered = _renderer().render(Asked(path, pairs))  # type: ignore[arg-type]
    return Rendering(rendered.status, repr(rendered.headers).encode() + rendered.body, rendered.trace)


def outcome(change: Callable[[], Any], before: dict[str, Rendering]) -> Outcome:
    """Do `change` as one transaction would, and compare the pages with what they were `before`."""
    with changed_keys() as keys, TestCase.captureOnCommitCallbacks(execute=True):
        change()
    after = {address: render(address) for address in before}
    stale = {address for address, page in before.items() if page.keys & keys}
    changed = {address for address, page in before.items() if page.shown != after[address].shown}
    return Outcome(keys, stale, changed, after)


@dataclass
class Paper:
    """The newsroom of the tests."""

    edition: Edition
    georgia: Section
    batumi: Section
    armenia: Section
    topic: Topic
    thread: Thread
    person: Any
    picture: Any
    first: Article
    second: Article
    other: Article
    killed: Article
    about: InformationPage
    pick: Pick
    redirect: Redirect


def paper() -> Paper:
    """Make it."""
    edition = factories.edition()
    factories.edition("ka")
    georgia, armenia = factories.section(edition, "Georgia"), factories.section(edition, "Armenia")
    batumi = factories.section(georgia, "Batumi")
    picture = factories.picture()
    person = factories.contributor(edition, picture=picture)
    person.links = [ContributorLink(label="Elsewhere", url="https://elsewhere.example/")]
    person.save()
    thread, topic = factories.thread(edition, "A border"), factories.topic(edition, "Railways")
    publish = _publisher(person)
    first = publish(georgia, "First", 1, thread=thread, lead_picture=picture, topics=[topic])
    second = publish(georgia, "Second", 2, body=[("teaser", {"story": first})])
    other, killed = publish(armenia, "Other", 3, topics=[topic]), publish(armenia, "Killed", 4)
    first.sources = [Source(text="A ministry", url="https://ministry.example/")]
    first.save()
    thread.chronology = [ThreadEvent(date=START.date(), text="It began", article=first)]
    thread.save()
    publish_correction(article=first, text="A name was wrong.", serious=True, by=None)
    kill_story(article=killed, reason="false", notice="It was wrong.", by=factories.administrator())
    about = InformationPage(title="About", slug="about", locale=edition.locale)
    edition.add_child(instance=about)
    pick = Pick.objects.create(edition=edition, article=other)
    redirect = Redirect.objects.create(old_path="/somewhere-else", redirect_link="/en/")
    edition = Edition.objects.get(pk=edition.pk)
    stored = [
        {"type": "lead", "value": {"secondary": 1, "pinned": []}},
        {"type": "section", "value": {"section": georgia.pk, "size": 3, "pinned": []}},
        {"type": "picks", "value": {"size": 4}},
        {"type": "thread", "value": {"thread": thread.pk, "size": 2, "pinned": []}},
        {"type": "contributors", "value": {"title": "People", "contributors": [person.pk]}},
    ]
    edition.front = json.dumps(stored)
    edition.save()
    return Paper(
        edition, georgia, batumi, armenia, topic, thread, person, picture, first, second, other, killed, about, pick,
        redirect,
    )  # fmt: skip


def _publisher(person: Any) -> Callable[..., Article]:
    def publish(section: Section, headline: str, day: int, **fields: Any) -> Article:
        slug = headline.lower()
        moment = START + timedelta(days=day)
        return factories.story(section, headline, slug=slug, bylines=[person], published_at=moment, **fields)

    return publish
