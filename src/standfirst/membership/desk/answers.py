"""Answers that are no pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from standfirst.kit.csv_files import csv_lines


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """`rows` as a file called `name`; the mark at its beginning lets spreadsheets take it for UTF-8."""

    def lines() -> Iterable[str]:
        yield "\ufeff"
        yield from csv_lines(columns, rows)

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
