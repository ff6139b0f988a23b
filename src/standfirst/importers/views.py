"""Imports in the admin: start one, watch it, read its report, take the archived comments away."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from standfirst.accounts.roles import Role, has_role
from standfirst.importers.actions.open_run import open_run
from standfirst.importers.forms import ImportForm
from standfirst.importers.models import ArchivedComment, ImportItem, ImportRun
from standfirst.importers.tasks import run_uploaded
from standfirst.importers.wordpress.errors import ImportProblem
from standfirst.importers.wordpress.lock import import_folder
from standfirst.importers.wordpress.report import json_report
from standfirst.importers.wordpress.source import open_export
from standfirst.kit.csv_files import csv_lines

View = Callable[..., Any]
SECONDS_BETWEEN_LOOKS = 2
ITEMS_A_PAGE = 50
COMMENT_FIELDS = (
    "site", "story", "story_address", "number", "answers", "author", "email", "url", "written_at", "state", "kind",
    "text",
)  # fmt: skip


def administrators_only(view: View) -> View:
    """Let administrators through and nobody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not has_role(request.user, Role.ADMINISTRATOR):  # type: ignore[arg-type]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@administrators_only
def index(request: HttpRequest) -> HttpResponse:
    """All imports, and the form for the next one."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = _start(form, request)
        except ImportProblem as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("importers:run", run.pk)
    runs = Paginator(ImportRun.objects.select_related("edition"), 20).get_page(request.GET.get("p"))
    context = {"form": form, "runs": runs, "has_comments": ArchivedComment.objects.exists()}
    return TemplateResponse(request, "importers/index.html", context, status=422 if form.errors else 200)


def _start(form: ImportForm, request: HttpRequest) -> ImportRun:
    data = form.cleaned_data
    path = _store(data["file"])
    try:
        open_export(path).close()
    except ImportProblem:
        path.unlink()
        raise
    run, resumed = open_run(
        path=path,
        media=data["pictures"],
        mapping=data["mapping"],
        name=data["file"].name,
        dry_run=data["dry_run"],
        started_by=request.user,  # type: ignore[arg-type]
    )
    if not resumed:
        run.edition = data["edition"]
        run.save(update_fields=["edition", "seen_at"])
    run_uploaded.enqueue(run.pk)
    return run


def _store(upload: UploadedFile) -> Path:
    """Keep the upload in the newsroom's private folder until it is imported."""
    path = import_folder() / f"upload-{uuid4().hex}.xml"
    with path.open("xb") as file:
        path.chmod(0o600)
        file.writelines(upload.chunks())
    return path


@administrators_only
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, then its report. `?outcome=refused` shows only those."""
    run = get_object_or_404(ImportRun.objects.select_related("edition"), pk=pk)
    outcome = request.GET.get("outcome", "")
    items = run.items.filter(outcome=outcome) if outcome in ImportItem.Outcome.values else run.items.all()
    context = {
        "run": run,
        "items": Paginator(items, ITEMS_A_PAGE).get_page(request.GET.get("p")),
        "outcome": outcome,
        "outcomes": ImportItem.Outcome.choices,
        "kinds": _kinds(run),
    }
    response = TemplateResponse(request, "importers/run.html", context)
    if not run.is_over:
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


def _kinds(run: ImportRun) -> list[dict[str, Any]]:
    """The report's rows, with names people know and `in` under a name that templates can say."""
    kinds = run.report.get("kinds", {})
    return [{"name": _label(name), "came_in": row["in"], **row} for name, row in kinds.items()]


def _label(name: str) -> str:
    """`post` for `item/post`; terms keep their taxonomy, because tags and menus are both `term`."""
    element, _slash, kind = name.partition("/")
    if element == "item":
        return kind or str(_("no type"))
    return name if element == "term" else element


@administrators_only
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Order an import that was interrupted again."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not run.is_over and Path(run.file_path).is_file():
        run_uploaded.enqueue(run.pk)
    return redirect("importers:run", run.pk)


@administrators_only
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole report as JSON; that of a dry run is only in its file."""
    run = get_object_or_404(ImportRun, pk=pk)
    name = f"import-{run.pk}.json"
    if run.dry_run:
        path = import_folder() / f"report-{run.pk}.json"
        if not path.is_file():
            raise Http404("This dry run left no report.")
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    pieces = json_report(run.report, run.items.iterator(chunk_size=500))
    response = StreamingHttpResponse(pieces, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@administrators_only
@require_safe
def comments(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """All archived comments as CSV or JSON (one object a line)."""
    rows = (_comment(entry) for entry in ArchivedComment.objects.select_related("story").iterator(chunk_size=500))
    lines = (
        csv_lines(COMMENT_FIELDS, (tuple(row.values()) for row in rows))
        if form == "csv"
        else (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    )
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="comments.{"csv" if form == "csv" else "jsonl"}"'
    return response


def _comment(entry: ArchivedComment) -> dict[str, str]:
    values = (
        entry.story.site,
        entry.story.old_id,
        entry.story.old_url,
        entry.old_id,
        entry.parent_old_id,
        entry.author,
        entry.email,
        entry.url,
        entry.written_at.isoformat() if entry.written_at else "",
        entry.state,
        entry.kind,
        entry.text,
    )
    return dict(zip(COMMENT_FIELDS, values, strict=True))
