"""Building the search anew: rows from the stories, indexes from the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from standfirst.discovery.search.models import PublicDocument, StaffDocument, VocabularyWord, Waiting
from standfirst.discovery.search.waiting import note, work_off
from standfirst.discovery.search.writing import words_of
from standfirst.stories.models import Article, ListedStory

PORTION = 500
WORDS_FROM = ("language", "headline", "standfirst", "text")
"""The fields of a document whose words are counted."""
LATE_AFTER = timedelta(minutes=10)
"""What waits longer was forgotten, or fails."""


@dataclass(frozen=True)
class Gaps:
    """Numbers of stories: public but not found, found but not public, and waiting for longer than ten minutes."""

    missing: int
    stray: int
    late: int

    def __bool__(self) -> bool:
        return bool(self.missing or self.stray or self.late)


def gaps() -> Gaps:
    """Compare the search with the public lists: three counting queries. What changed just now does not count."""
    waits = Waiting.objects.filter(story_id=OuterRef("article_id"), since__gt=timezone.now() - LATE_AFTER)
    found = PublicDocument.objects.filter(story_id=OuterRef("article_id"))
    listed = ListedStory.objects.filter(list_key__startswith="edition:")
    public = ListedStory.objects.filter(article_id=OuterRef("story_id"), list_key__startswith="edition:")
    return Gaps(
        missing=listed.filter(~Exists(found), ~Exists(waits)).count(),
        stray=PublicDocument.objects.filter(~Exists(public)).count(),
        late=Waiting.objects.filter(since__lte=timezone.now() - LATE_AFTER).count(),
    )


def note_all() -> int:
    """Let every story be written anew, and every row without a story be removed; return how many there are."""
    last, noted = 0, 0
    while keys := list(Article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        note(keys)
        last, noted = keys[-1], noted + len(keys)
    for model in (PublicDocument, StaffDocument):
        gone = model.objects.filter(~Exists(Article.objects.filter(pk=OuterRef("story_id"))))
        note(gone.values_list("story_id", flat=True))
    return noted


def fill_when_empty() -> int:
    """Note every story of an archive that is older than this search, as after an upgrade; return how many.

    That something waits already says nothing of the others: a story may have been published right after the upgrade.
    """
    is_begun = PublicDocument.objects.exists()
    return note_all() if not is_begun and gaps().missing else 0


def work_off_all(progress: Callable[[int], None]) -> int:
    """Write everything that waits; `progress` is told after each portion how many were written. Returns how many."""
    done = 0
    while written := work_off(most=PORTION):
        done += written
        progress(done)
    return done


def recount_words() -> int:
    """Let the vocabulary say in how many public stories each word stands; return how many numbers were wrong.

    After an upgrade that takes words apart in another way, the words of before are still counted. What is written in
    the meantime may be counted once too often or too rarely: it only decides which of two words was probably meant.
    """
    return sum(map(_recount, PublicDocument.objects.values_list("edition_id", flat=True).distinct()))


def _recount(edition_id: int) -> int:
    documents = PublicDocument.objects.filter(edition_id=edition_id).only(*WORDS_FROM)
    counts = Counter(word for document in documents.iterator(PORTION) for word in words_of(document))
    known = {word.text: word for word in VocabularyWord.objects.filter(edition_id=edition_id)}
    gone = [word.pk for text, word in known.items() if text not in counts]
    wrong = [word for text, word in sorted(known.items()) if text in counts and word.stories != counts[text]]
    missing = [
        VocabularyWord(edition_id=edition_id, text=text, stories=counts[text])
        for text in sorted(counts.keys() - known.keys())
    ]
    for word in wrong:
        word.stories = counts[word.text]
    # In portions, so that nobody who writes meanwhile has to wait for long.
    for portion in _portions(gone):
        VocabularyWord.objects.filter(pk__in=portion).delete()
    for portion in _portions(wrong):
        VocabularyWord.objects.bulk_update(portion, ["stories"])
    for portion in _portions(missing):
        VocabularyWord.objects.bulk_create(portion, ignore_conflicts=True)
    return len(gone) + len(wrong) + len(missing)


def _portions(found: list[Any]) -> Iterator[list[Any]]:
    return (found[start : start + PORTION] for start in range(0, len(found), PORTION))


@transaction.atomic
def fill_indexes() -> None:
    """Make the full text indexes anew from the rows, for a database whose triggers did not see them come."""
    with connection.cursor() as cursor:
        for model in (PublicDocument, StaffDocument):
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute(f"INSERT INTO {table}_index ({table}_index) VALUES ('rebuild')")  # noqa: S608 - our names
                continue
            # An index that is made at once is made three times as fast as one that grows word by word.
            cursor.execute(f"DROP INDEX {table}_index_keys")
            cursor.execute(f"DELETE FROM {table}_index")  # noqa: S608 - our own names
            cursor.execute(
                f"INSERT INTO {table}_index (id, words, keys) SELECT id, "  # noqa: S608 - the same
                "story_search_words(in_headline, in_people, in_standfirst, in_topics, in_text), "
                "story_search_keys(id, in_headline, in_people, in_standfirst, in_topics, in_text, sounds, marks) "
                f"FROM {table}"
            )
            cursor.execute(f"CREATE INDEX {table}_index_keys ON {table}_index USING gin (keys) WITH (fastupdate = off)")
