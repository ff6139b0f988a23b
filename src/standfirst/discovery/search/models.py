"""What the search knows: one row a story for readers, one for staff, the words that occur, and what has to be done.

The indexes themselves (FTS5 in SQLite, a table with `tsvector`s in PostgreSQL) are made by migrations; triggers
keep them equal to these rows. A later migration that makes Django rebuild one of the two tables on SQLite (which drops
the triggers) has to make the triggers again.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Document(models.Model):
    """A story as search sees it.

    `id` grows with the time of publication (see `places`), so that the newest come first without sorting. `headline`,
    `standfirst` and `text` are what is shown; the fields below them hold the same as stems, one for each word and in
    the same order, so that the place of a stem is the place of its word.
    """

    id = models.BigIntegerField(primary_key=True)
    story_id = models.BigIntegerField(unique=True)
    edition_id = models.BigIntegerField()
    language = models.CharField(max_length=12)
    headline = models.TextField()
    standfirst = models.TextField(blank=True)
    text = models.TextField(blank=True)
    in_headline = models.TextField()
    in_people = models.TextField(blank=True)
    in_standfirst = models.TextField(blank=True)
    in_topics = models.TextField(blank=True)
    in_text = models.TextField(blank=True)
    sounds = models.TextField(blank=True)
    marks = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.story_id} {self.headline}"


class PublicDocument(Document):
    """What everybody may find: public stories, and of a closed one no more than everybody may read."""


class StaffDocument(Document):
    """What staff find: the latest state of every story, drafts included, whole."""


class VocabularyWord(models.Model):
    """A word of an edition's public stories, and in how many of them it stands: typing errors are compared with it."""

    edition_id = models.BigIntegerField()
    text = models.CharField(max_length=40)
    stories = models.IntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["edition_id", "text"], name="search_word_once_an_edition"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["edition_id", "-stories"], name="search_words_by_use"),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.stories})"


class Waiting(models.Model):
    """A story whose rows have to be written anew; noted in the transaction that changed it, so that none is forgotten.

    After a failure it waits until `not_before`.
    """

    story_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()
    not_before = models.DateTimeField(db_index=True)
    failures = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.story_id)
