"""The report of an import: what the export holds, what became of it, and whether the sums agree."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from standfirst.importers.models import ArchivedComment, ImportItem, ImportRun
from standfirst.importers.wordpress.record import Recorder

OUTCOMES = ("in", "remark", "refused")


def summarise(run: ImportRun, recorder: Recorder) -> dict[str, Any]:
    """The numbers: for each kind what was expected and what became of it. `sums_match` says whether they agree."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for (element, kind, outcome), count in recorder.tally().items():
        found[name_of(element, kind)][outcome] += count
    expected = {name: count for name, count in run.expected.items() if name != "comment"}
    kinds = {
        name: {"expected": expected.get(name, 0), **found.get(name, dict.fromkeys(OUTCOMES, 0))}
        for name in sorted(expected.keys() | found.keys())
    }
    match = all(entry["expected"] == sum(entry[outcome] for outcome in OUTCOMES) for entry in kinds.values())
    return {
        "file": run.file_name,
        "site": run.site,
        "edition": run.edition.slug if run.edition else "",
        "dry_run": run.dry_run,
        "state": run.state,
        "message": run.message,
        "kinds": kinds,
        "comments": _comments(run, recorder),
        "sums_match": match,
    }


def name_of(element: str, kind: str) -> str:
    """How expected counts name a kind: `author`, `item/post`, `tag/post_tag`."""
    return element if element == "author" else f"{element}/{kind}"


def _comments(run: ImportRun, recorder: Recorder) -> dict[str, int]:
    items = recorder.kept if recorder.dry else run.items.filter(comments__gt=0)
    with_stories = sum(item.comments for item in items)
    archived = 0 if recorder.dry else ArchivedComment.objects.filter(story__site=run.site).count()
    return {"expected": run.expected.get("comment", 0), "with_stories": with_stories, "archived": archived}


def entry_of(item: ImportItem) -> dict[str, Any]:
    """One line of the report."""
    return {
        "kind": name_of(item.element, item.kind),
        "position": item.position,
        "old_id": item.old_id,
        "title": item.title,
        "outcome": item.outcome,
        "action": item.action,
        "remarks": [{"code": code, "detail": detail} for code, detail in item.remarks],
        "model": item.model,
        "id": item.object_pk,
    }


def json_report(summary: dict[str, Any], items: Iterable[ImportItem]) -> Iterator[str]:
    """The report as JSON, in pieces: the summary's keys, and `items`."""
    head = json.dumps(summary, ensure_ascii=False, indent=1)
    yield head.rstrip().removesuffix("}").rstrip() + ',\n "items": ['
    comma = ""
    for item in items:
        yield f"{comma}\n  {json.dumps(entry_of(item), ensure_ascii=False)}"
        comma = ","
    yield "\n ]\n}\n"


def write_report(path: Path, summary: dict[str, Any], items: Iterable[ImportItem]) -> None:
    """Write the report to `path`."""
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(json_report(summary, items))


def table(summary: dict[str, Any]) -> list[str]:
    """The summary for a terminal."""
    lines = [f"{'':34}{'in export':>10}{'in':>8}{'remark':>8}{'refused':>9}"]
    for name, entry in summary["kinds"].items():
        counts = f"{entry['expected']:>10}{entry['in']:>8}{entry['remark']:>8}{entry['refused']:>9}"
        lines.append(f"{(name.removesuffix('/') if name != 'item/' else 'item without a type')[:33]:34}{counts}")
    comments = summary["comments"]
    lines.append(f"{'comments':34}{comments['expected']:>10}{comments['with_stories']:>8}")
    return lines
