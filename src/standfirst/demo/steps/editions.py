"""Editions with their sections, topics, threads, contributors and pages about the newsroom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Page, Site

from standfirst.demo import files
from standfirst.demo.content import EditionContent
from standfirst.demo.steps.naming import find, name
from standfirst.demo.steps.texts import Library, Texts
from standfirst.stories.actions.open_newsroom import open_edition, open_newsroom
from standfirst.stories.models import (
    Article,
    Contributor,
    ContributorIndex,
    Edition,
    InformationPage,
    Newsroom,
    NewsroomSettings,
    Section,
    SocialLink,
    Thread,
    ThreadEvent,
    ThreadIndex,
    Topic,
    TopicIndex,
)

OPENED = datetime(2019, 9, 2, 8, tzinfo=UTC)
"""When the invented outlet put its first pages online."""


@transaction.atomic
def set_up_newsroom(words: dict[str, Any]) -> Newsroom:
    """Open the newsroom, or find it; `words` is newsroom.toml."""
    newsroom = Newsroom.objects.first()
    if newsroom:
        return newsroom
    newsroom = open_newsroom(name=words["name"], base_url=settings.WAGTAILADMIN_BASE_URL, language="en")
    face = NewsroomSettings.for_site(Site.objects.get(is_default_site=True))
    for field in ("name", "legal_name", "founded", "accent", "accent_dark", "security_contact"):
        setattr(face, field, words[field])
    face.social_links = [
        SocialLink(label=link["label"], url=link["url"], sort_order=at) for at, link in enumerate(words["social"])
    ]
    face.nameplate.save("ridgeline.svg", ContentFile(files.nameplate("#1a1814", words["accent"])), save=False)
    face.nameplate_dark.save("ridgeline-dark.svg", ContentFile(files.nameplate("#ece7db", words["accent_dark"])))
    return newsroom


def set_up_edition(newsroom: Newsroom, content: EditionContent, library: Library) -> Edition:
    """Open the edition, or find it, and add what is missing of its lists and pages."""
    edition = Edition.objects.child_of(newsroom).filter(slug=content.language).first()
    if edition is None:
        edition = _opened(newsroom, content)
    for entry in content.words["sections"]:
        _add(edition, Section, "section", entry, colour=entry["colour"], standfirst=entry["standfirst"])
    for entry in content.words["topics"]:
        topics = TopicIndex.objects.child_of(edition).get()
        _add(topics, Topic, "topic", entry, standfirst=entry["standfirst"])
    for entry in content.words["contributors"]:
        _add_contributor(edition, entry, library)
    for key, entry in content.threads.items():
        _add_thread(edition, key, entry)
    _fill_pages(edition, content, library)
    return edition


@transaction.atomic
def _opened(newsroom: Newsroom, content: EditionContent) -> Edition:
    words = content.words
    edition = open_edition(newsroom=newsroom, language=content.language, motto=words["motto"])
    edition.footer_text, edition.contact_email = words["footer"], words["email"]
    edition.postal_address = words["address"]
    edition.appeal_title, edition.appeal_text = words["appeal_title"], words["appeal_text"]
    edition.appeal_button = words["appeal_button"]
    edition.first_published_at = edition.last_published_at = OPENED
    edition.save()
    return edition


def _add(parent: Page, model: type[Page], kind: str, entry: dict[str, Any], **fields: Any) -> None:
    """Add one page below `parent` unless an earlier run did."""
    if find(model, kind, entry["key"], parent.locale.language_code):
        return
    page = model(
        title=entry["title"],
        slug=entry["key"],
        translation_key=name(kind, entry["key"]),
        locale=parent.locale,
        first_published_at=OPENED,
        last_published_at=OPENED,
        **fields,
    )
    parent.add_child(instance=page)


def _add_contributor(edition: Edition, entry: dict[str, Any], library: Library) -> None:
    _add(
        ContributorIndex.objects.child_of(edition).get(),
        Contributor,
        "contributor",
        {"key": entry["key"], "title": entry["name"]},
        job=entry["job"],
        biography=f"<p>{Texts(library, edition.language_code, '').rich(entry['biography'])}</p>",
        picture_id=library.pictures[f"portrait-{entry['key']}"],
    )


def _add_thread(edition: Edition, key: str, entry: dict[str, Any]) -> None:
    texts = Texts(Library({}, {}), edition.language_code, key)
    paragraphs = [part.replace("\n", " ").strip() for part in entry["background"].strip().split("\n\n")]
    background = "".join(f"<p>{texts.rich(part)}</p>" for part in paragraphs)
    _add(
        ThreadIndex.objects.child_of(edition).get(),
        Thread,
        "thread",
        {"key": key, "title": entry["title"]},
        standfirst=entry["standfirst"],
        background=background,
    )


@transaction.atomic
def write_chronologies(edition: Edition, content: EditionContent) -> None:
    """Give each thread without a chronology its own; comes after the stories that the events lead to."""
    for key, entry in content.threads.items():
        thread = find(Thread, "thread", key, content.language)
        if thread.chronology.exists():
            continue
        thread.chronology = [_event(event, content.language) for event in entry["chronology"]]
        thread.save()
        thread.save_revision().publish()
        last = datetime.combine(entry["chronology"][-1]["date"], datetime.min.time(), UTC)
        Thread.objects.filter(pk=thread.pk).update(last_published_at=last)


def _event(event: dict[str, Any], language: str) -> ThreadEvent:
    day: date = event["date"]
    story = find(Article, "story", event["story"], language) if "story" in event else None
    return ThreadEvent(date=day, date_shown=event.get("shown", ""), text=event["text"], article=story)


def _fill_pages(edition: Edition, content: EditionContent, library: Library) -> None:
    """Write the pages that opening the edition left empty, and add those it does not make."""
    for page_file in content.pages:
        page = InformationPage.objects.child_of(edition).filter(slug=page_file.key).first()
        if page is None or page.latest_revision_id:
            continue
        texts = Texts(library, content.language, page_file.key)
        page.title, page.standfirst = page_file.title, page_file.standfirst
        page.body = texts.stream(page_file.body)
        page.first_published_at = OPENED
        page.save_revision().publish()
