"""What an article's page shows besides the article itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from standfirst.stories.access import words_in
from standfirst.stories.cards import public_stories
from standfirst.stories.lists import StoryList
from standfirst.stories.models.base import LINK_FIELDS
from standfirst.stories.related import related_stories

if TYPE_CHECKING:
    from standfirst.stories.models import Article, Picture, Thread, ThreadEvent, Topic

WORDS_A_MINUTE = 220
BYLINE_FIELDS = (
    "article",
    "role",
    "sort_order",
    *(f"contributor__{name}" for name in (*LINK_FIELDS, "job", "picture")),
    *(f"contributor__picture__{name}" for name in ("title", "ready", "description", "decorative")),
)
EVENTS_SHOWN = 6


@dataclass(frozen=True)
class LeadPicture:
    """The lead picture with the words it has in this story."""

    picture: Picture
    caption: str
    credit: str
    alt: str


def article_context(article: Article) -> dict[str, Any]:
    """Return what the template of `article` shows; the template contract is docs/reference/templates.md."""
    if article.edition is None:  # the preview of a story that was never saved
        article.place()
    if article.edition is None:
        raise ValueError(f"{article.title!r} stands outside every edition.")
    corrections = list(article.corrections.all()) if article.pk else []
    thread = article.thread if article.thread and article.thread.live else None
    events = _events(thread, EVENTS_SHOWN) if thread else []
    stories = _other_stories(article, events)
    return {
        "bylines": list(_narrow(article.bylines.select_related("contributor__picture"), *BYLINE_FIELDS)),
        "lead": lead_picture(article),
        "sources": list(article.sources.all()),
        "topics": _topics(article),
        "corrections": corrections,
        "serious_corrections": [correction for correction in corrections if correction.serious],
        "reading_minutes": reading_minutes(article),
        "teasers": {key: stories[key] for key in _teaser_keys(article) if key in stories},
        "asks_in_text": any(raw["type"] == "appeal" for raw in article.body.raw_data),
        "related": related_stories(article),
        "thread": thread,
        "thread_events": events,
        "thread_total": StoryList(thread.list_key).count() if thread else 0,
    }


def _topics(article: Article) -> list[Topic]:
    """Public topics as they stand in the tree. Ordered here: in SQL, the order would depend on every page's place."""
    found = article.topics.all()
    topics = _narrow(found.order_by() if isinstance(found, QuerySet) else found, *LINK_FIELDS)
    return sorted((topic for topic in topics if topic.live), key=lambda topic: topic.path)


def _other_stories(article: Article, events: list[ThreadEvent]) -> dict[int, Article]:
    """Fetch all other stories that the page shows at once, and give the events theirs."""
    wanted = {*_teaser_keys(article), *(event.article_id for event in events if event.article_id)}
    stories = public_stories(wanted)
    for event in events:
        event.article = stories.get(event.article_id)
    return stories


def _narrow(found: Any, *fields: str) -> Any:
    """Only these columns of a query; what a preview holds in memory has no columns to choose from."""
    return found.only(*fields) if isinstance(found, QuerySet) else found


def lead_picture(article: Article) -> LeadPicture | None:
    """The lead picture; words given in the story win over the picture's own."""
    picture = article.lead_picture
    if picture is None:
        return None
    return LeadPicture(
        picture,
        article.lead_caption or picture.caption,
        article.lead_credit or picture.credit,
        article.lead_alt or picture.alt_text,
    )


def reading_minutes(article: Article) -> int:
    """Minutes that reading takes at 220 words a minute, at least one."""
    return max(1, round(word_count(article) / WORDS_A_MINUTE))


def word_count(article: Article) -> int:
    """Words in the whole text, also where its reader gets only a part: near enough for a reading time."""
    return words_in(article.body.raw_data) + article.withheld_words


def _teaser_keys(article: Article) -> list[int]:
    stored = (raw["value"].get("story") for raw in article.body.raw_data if raw["type"] == "teaser")
    return [key for key in stored if key]


def chronology(thread: Thread, *, latest: int | None = None) -> list[ThreadEvent]:
    """Events of `thread` in time order, at most the `latest`, each linked to its story only while that is public."""
    events = _events(thread, latest)
    stories = public_stories(event.article_id for event in events if event.article_id)
    for event in events:
        event.article = stories.get(event.article_id)
    return events


def _events(thread: Thread, latest: int | None) -> list[ThreadEvent]:
    return list(thread.chronology.order_by("-date", "-sort_order")[:latest])[::-1]
