"""Notes what became of each entry of the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from standfirst.importers.models import ImportItem, ImportRun
from standfirst.importers.wordpress.content import Remark

Outcome = ImportItem.Outcome


class Recorder:
    """Collects outcomes; `flush` saves them with the batch they belong to, or keeps them in a dry run."""

    def __init__(self, run: ImportRun, *, dry: bool) -> None:
        self.run = run
        self.dry = dry
        self.kept: list[ImportItem] = []
        self.comments = 0
        self._fresh: list[ImportItem] = []
        self._seen: set[tuple[str, int]] = set()
        if not dry:
            self._seen.update(run.items.values_list("element", "position"))

    def has(self, element: str, position: int) -> bool:
        """Whether an earlier, interrupted part of this run has done this entry."""
        return (element, position) in self._seen

    def note(
        self,
        element: str,
        position: int,
        *,
        kind: str,
        old_id: str,
        title: str,
        action: str,
        remarks: Sequence[Remark] = (),
        refused: bool = False,
        model: str = "",
        pk: Any = "",
        comments: int = 0,
    ) -> None:
        """Note one entry; `remarks` of a refused one hold the reason."""
        if self.has(element, position):
            return
        outcome = Outcome.REFUSED if refused else Outcome.REMARK if remarks else Outcome.IN
        self._seen.add((element, position))
        self._fresh.append(
            ImportItem(
                run=self.run,
                element=element,
                position=position,
                kind=kind[:60],
                old_id=old_id[:120],
                title=title[:250],
                outcome=outcome,
                action=action,
                remarks=[[remark.code, remark.detail] for remark in remarks],
                model=model,
                object_pk=str(pk)[:40],
                comments=comments,
            )
        )

    def flush(self) -> None:
        """Save what was noted since the last time; inside the batch's transaction."""
        if self.dry:
            self.kept += self._fresh
        elif self._fresh:
            ImportItem.objects.bulk_create(self._fresh)
            self.run.done += len(self._fresh)
            self.run.save(update_fields=["done", "seen_at"])
        self._fresh = []

    def forget(self) -> None:
        """Drop what was noted since the last flush, because its transaction was rolled back."""
        self._seen.difference_update((item.element, item.position) for item in self._fresh)
        self._fresh = []

    def tally(self) -> Counter[tuple[str, str, str]]:
        """Count outcomes by element, kind and outcome."""
        if self.dry:
            return Counter((item.element, item.kind, item.outcome) for item in self.kept)
        rows = self.run.items.values_list("element", "kind", "outcome")
        return Counter(rows.iterator(chunk_size=2000))
