"""Keeps readers' comments of the old site in the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from standfirst.importers.models import ArchivedComment, ImportedObject
from standfirst.importers.wordpress.dates import SiteClock
from standfirst.importers.wordpress.entries import Comment, Item

_STATES = {"1": "approved", "0": "pending", "spam": "spam", "trash": "trash"}


def archive_comments(pairs: Iterable[tuple[ImportedObject, Item]], clock: SiteClock) -> None:
    """Keep the comments of each item that are not kept yet, under what the item became. Inside a transaction."""
    with_comments = [(row, item) for row, item in pairs if item.comments]
    if not with_comments:
        return
    stories = {row.pk for row, _item in with_comments}
    known = set(ArchivedComment.objects.filter(story_id__in=stories).values_list("story_id", "old_id"))
    ArchivedComment.objects.bulk_create(
        _archived(row, comment, name, clock)
        for row, item in with_comments
        for name, comment in _named(item.comments)
        if (row.pk, name) not in known
    )


def _named(comments: list[Comment]) -> Iterator[tuple[str, Comment]]:
    """Each comment with what names it under its story; broken exports repeat numbers or have none."""
    seen: set[str] = set()
    for position, comment in enumerate(comments):
        name = comment.comment_id[:40]
        name = f"{name}#{position}" if not name or name in seen else name
        seen.add(name)
        yield name, comment


def _archived(row: ImportedObject, comment: Comment, name: str, clock: SiteClock) -> ArchivedComment:
    return ArchivedComment(
        story=row,
        old_id=name,
        parent_old_id=comment.parent[:60] if comment.parent != "0" else "",
        author=comment.author[:250],
        email=comment.email[:250],
        url=comment.url[:500],
        written_at=clock.utc(comment.date, comment.date_gmt),
        text=comment.content,
        state=_STATES.get(comment.approved, comment.approved or "approved")[:20],
        kind=(comment.kind or "comment")[:20],
        fields=[[key, value] for key, value in comment.meta],
    )
