"""Stories: written, published on their own day, corrected, withdrawn, or left on the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from standfirst.accounts.models import User
from standfirst.demo.content import StoryFile
from standfirst.demo.steps.naming import find, name
from standfirst.demo.steps.people import without_mail
from standfirst.demo.steps.texts import Library, Texts
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.list_story import list_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Byline, Contributor, Section, Source, Thread, Topic

PLAIN_FIELDS = (
    "standfirst",
    "kicker",
    "trail_text",
    "slugline",
    "dateline",
    "social_headline",
    "ednote",
    "needs_legal",
    "access",
)


@transaction.atomic
def write_story(story: StoryFile, library: Library, staff: dict[str, User]) -> bool:
    """Write one story unless an earlier run did; say whether it was written now.

    Everything about a story happens in one transaction, so that an interrupted run leaves it whole or not at all.
    """
    if find(Article, "story", story.key, story.language):
        return False
    article = _drafted(story, library, staff["reporter"])
    _STAGES[story.stage](article, story, staff)
    return True


def _drafted(story: StoryFile, library: Library, reporter: User) -> Article:
    texts = Texts(library, story.language, story.key)
    section = find(Section, "section", story.section, story.language)
    article = Article(
        title=story.headline,
        slug=story.slug or (story.key if story.language == "en" else ""),
        translation_key=name("story", story.key),
        locale=section.locale,
        owner=reporter,
        live=False,
        has_unpublished_changes=True,
        story_type=story.type,
        lead_picture_id=library.pictures[story.picture],
        lead_caption=story.caption,
        lead_credit=story.credit,
        lead_alt=story.alt,
        body=texts.stream(story.body),
        thread=find(Thread, "thread", story.thread, story.language) if story.thread else None,
        first_published_at=story.published,
        **{field: getattr(story, field) for field in PLAIN_FIELDS},
    )
    article.topics = [find(Topic, "topic", key, story.language) for key in story.topics]
    article.bylines.set(
        Byline(contributor=find(Contributor, "contributor", person, story.language), role=role, sort_order=at)
        for at, (person, role) in enumerate(story.credits)
    )
    article.sources.set(Source(text=text, url=url, sort_order=at) for at, (text, url) in enumerate(story.sources))
    article.footnotes.set(texts.footnotes(story.body, article))
    section.add_child(instance=article)
    return article


def _published(article: Article, story: StoryFile, staff: dict[str, User]) -> None:
    """Publish, then put the clock back to the story's own day."""
    article.save_revision(user=staff["reporter"]).publish(user=staff["publisher"])
    first, last = story.published, story.updated or story.published
    Article.objects.filter(pk=article.pk).update(
        first_published_at=first, last_published_at=last, latest_revision_created_at=last
    )
    Revision.objects.for_instance(article).update(created_at=last)
    article.refresh_from_db()
    list_story(article=article)
    for entry in story.corrections:
        _corrected(article, entry, staff["publisher"])
    if story.killed:
        _killed(article, story.killed, staff["publisher"])


def _corrected(article: Article, entry: dict[str, Any], publisher: User) -> None:
    serious = entry.get("serious", False)
    publish_correction(article=article, text=entry["text"], serious=serious, by=publisher, at=entry["date"])


def _killed(article: Article, entry: dict[str, Any], publisher: User) -> None:
    kill_story(article=article, reason=entry["reason"], notice=entry["notice"], by=publisher)
    Article.objects.filter(pk=article.pk).update(killed_at=entry["date"])


def _draft(article: Article, story: StoryFile, staff: dict[str, User]) -> None:
    article.save_revision(user=staff["reporter"])


def _in_workflow(article: Article, story: StoryFile, staff: dict[str, User]) -> None:
    """Submit the story, and approve it as far as its stage says."""
    article.save_revision(user=staff["reporter"])
    with without_mail(staff.values()):
        article.get_workflow().start(article, staff["reporter"])
        if story.stage in ("legal", "ready"):
            article.refresh_from_db()
            article.current_workflow_task_state.approve(user=staff["editor"])


def _scheduled(article: Article, story: StoryFile, staff: dict[str, User]) -> None:
    article.go_live_at = _in_days(story)
    article.save_revision(user=staff["reporter"]).publish(user=staff["publisher"])


def _embargoed(article: Article, story: StoryFile, staff: dict[str, User]) -> None:
    article.embargoed_until = _in_days(story)
    article.save()
    article.save_revision(user=staff["reporter"])


def _in_days(story: StoryFile) -> Any:
    morning = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=story.in_days)


_STAGES = {
    "published": _published,
    "draft": _draft,
    "editing": _in_workflow,
    "legal": _in_workflow,
    "ready": _in_workflow,
    "scheduled": _scheduled,
    "embargoed": _embargoed,
}
