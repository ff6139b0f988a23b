"""Fills a newsroom with generated stories, fast, for measurements at any size."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from standfirst.stories.actions.list_story import list_stories
from standfirst.stories.actions.open_newsroom import open_edition, open_newsroom
from standfirst.stories.models import (
    Article,
    Byline,
    Contributor,
    ContributorIndex,
    Edition,
    Section,
    Thread,
    ThreadIndex,
    Topic,
    TopicIndex,
)

WORDS = (  # noqa: SIM905 - reads better than thirty quoted words
    "border railway ministry bridge election harvest reactor parliament court river village energy customs road "
    "valley treaty budget school winter market protest pipeline teacher harbour summit permit lorry glacier vote"
).split()
SECTIONS = ("Georgia", "Armenia", "Azerbaijan", "North Caucasus", "Neighbours", "Opinion")
BATCH = 1000


def make_newsroom(stories: int) -> Edition:
    """Open a newsroom in an empty migrated database and fill its English edition."""
    edition = open_edition(newsroom=open_newsroom(name="Bench", base_url="http://localhost"), language="en")
    fill_edition(edition, stories)
    return edition


def fill_edition(edition: Edition, stories: int, *, seed: int = 7) -> None:
    """Add `stories` public articles of about 600 words.

    Sections, ten contributors, five threads and twenty topics share them.
    """
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    sections = [_add(edition, Section(title=title)) for title in SECTIONS]
    people = [
        _add(ContributorIndex.objects.child_of(edition).get(), Contributor(title=f"Person {n}")) for n in range(10)
    ]
    threads = [_add(ThreadIndex.objects.child_of(edition).get(), Thread(title=f"Thread {n}")) for n in range(5)]
    topics = [_add(TopicIndex.objects.child_of(edition).get(), Topic(title=f"Topic {n}")) for n in range(20)]
    for start in range(0, stories, BATCH):
        size = min(BATCH, stories - start)
        section = sections[(start // BATCH) % len(sections)] if stories > BATCH * len(sections) else None
        _add_batch(
            edition,
            [section or chance.choice(sections)] * size if section else [chance.choice(sections) for _ in range(size)],
            start,
            stories,
            chance,
            (people, threads, topics),
        )


def _add(parent: Page, page: Page) -> Page:
    page.locale_id = parent.locale_id
    parent.add_child(instance=page)
    return page


@transaction.atomic
def _add_batch(edition, sections, start, total, chance, related) -> None:  # type: ignore[no-untyped-def]
    people, threads, topics = related
    now = timezone.now()
    content_type = ContentType.objects.get_for_model(Article)
    taken = {section.pk: Page.objects.child_of(section).count() for section in set(sections)}
    articles = []
    for offset, section in enumerate(sections):
        number = start + offset
        taken[section.pk] += 1
        published = now - timedelta(minutes=30 * (total - number))
        headline = sentence(chance, 8)
        slug = f"story-{number}"
        articles.append(
            Article(
                title=headline,
                draft_title=headline,
                slug=slug,
                standfirst=sentence(chance, 25),
                body=json.dumps(body(chance)),
                path=Page._get_path(section.path, section.depth + 1, taken[section.pk]),
                depth=section.depth + 1,
                url_path=f"{section.url_path}{slug}/",
                locale_id=edition.locale_id,
                translation_key=uuid.uuid4(),
                content_type=content_type,
                live=True,
                section_id=section.pk,
                edition_id=edition.pk,
                first_published_at=published,
                last_published_at=published,
                thread=chance.choice(threads) if chance.random() < 0.3 else None,
            )
        )
    _insert(articles)
    # With the order that the desk would give it: without one, databases disagree about where a byline stands.
    bylines = [Byline(article=story, contributor=chance.choice(people), sort_order=0) for story in articles]
    Byline.objects.bulk_create(bylines)
    through = Article.topics.through
    through.objects.bulk_create([through(article=story, topic=chance.choice(topics)) for story in articles])
    list_stories(articles=articles)
    for pk, children in taken.items():
        Page.objects.filter(pk=pk).update(numchild=children)


def _insert(articles: list[Article]) -> None:
    """Insert pages and articles, two statements a batch: `bulk_create` refuses multi-table children."""
    fields = Page._meta.local_concrete_fields
    pages = [Page(**{field.attname: getattr(story, field.attname) for field in fields}) for story in articles]
    Page.objects.bulk_create(pages)
    for story, page in zip(articles, pages, strict=True):
        story.pk = story.page_ptr_id = page.pk
    own = Article._meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in own)
    marks = ", ".join(["%s"] * len(own))
    rows = [[field.get_db_prep_save(getattr(story, field.attname), connection) for field in own] for story in articles]
    table = connection.ops.quote_name(Article._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - names of our own


def body(chance: random.Random) -> list[dict[str, object]]:
    """About 600 words in twelve paragraphs with a heading, a pull quote and the appeal between them."""
    blocks: list[dict[str, object]] = [
        {"type": "paragraph", "value": f"<p>{sentence(chance, 25)} {sentence(chance, 25)}</p>", "id": _id(chance)}
        for _ in range(12)
    ]
    blocks.insert(3, {"type": "appeal", "value": {"title": "", "text": ""}, "id": _id(chance)})
    blocks.insert(5, {"type": "heading", "value": {"text": sentence(chance, 4), "level": "2"}, "id": _id(chance)})
    blocks.insert(
        8, {"type": "pull_quote", "value": {"text": sentence(chance, 9), "attribution": "A driver"}, "id": _id(chance)}
    )
    return blocks


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128)))


def article_paths(number: int) -> Iterator[str]:
    """Addresses of `number` public stories spread over the whole archive."""
    total = Article.objects.live().count()
    step = max(1, total // number)
    for url_path in Article.objects.live().order_by("pk").values_list("url_path", flat=True)[: number * step : step]:
        yield url_path[url_path.index("/", 1) :]
