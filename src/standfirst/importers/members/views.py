"""Lists of members in the admin: try one, bring it in, see what did not come and why."""

from __future__ import annotations

from dataclasses import asdict

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from standfirst.accounts.signed_in import signed_in
from standfirst.importers.members.bring_in import Import, bring_in, choose_tier, look_ahead
from standfirst.importers.members.forms import MemberListForm
from standfirst.importers.models import Adoption, MemberImport
from standfirst.importers.tasks import adopt_subscriptions
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer

SECONDS_BETWEEN_LOOKS = 2


@managers_only
def index(request: HttpRequest) -> HttpResponse:
    """The lists so far, and the form for the next one; after a dry run what it found."""
    form = MemberListForm(request.POST or None, request.FILES or None)
    context = {"form": form, "page_title": _("Import members"), "header_icon": "upload"}
    if request.method == "POST" and form.is_valid() and form.found is not None:
        data = form.cleaned_data
        work = Import(
            form.found, data["tier"] or choose_tier(), data["account"], language=data["language"], by=signed_in(request)
        )
        if not data["dry_run"]:
            run = bring_in(work=work, file_name=data["file"].name)
            if run.account is not None:
                adopt_subscriptions.enqueue(run.account.pk)
            return redirect("member_imports:show", run.pk)
        context |= {"counts": _counted(asdict(look_ahead(work))), "problems": work.report()}
    context["runs"] = MemberImport.objects.select_related("by")[:50]
    return TemplateResponse(request, "importers/members/index.html", context, status=422 if form.errors else 200)


@managers_only
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of one list, and how far its subscriptions are."""
    run = get_object_or_404(MemberImport.objects.select_related("account"), pk=pk)
    states = dict(run.adoptions.values_list("state").annotate(total=Count("pk")).order_by())
    context = {
        "run": run,
        "counts": _counted(run.counts),
        "problems": run.problems,
        "adoptions": [(label, states.get(value, 0)) for value, label in Adoption.State.choices],
        "failed": run.adoptions.filter(state=Adoption.State.FAILED).select_related("member__user")[:200],
        "page_title": run.file_name,
        "header_icon": "upload",
    }
    response = TemplateResponse(request, "importers/members/show.html", context)
    if states.get(Adoption.State.WAITING):
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@managers_only
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider again for what was not taken on."""
    run = get_object_or_404(MemberImport, pk=pk)
    if run.account_id is not None:
        adopt_subscriptions.enqueue(run.account_id)
    return redirect("member_imports:show", run.pk)


@managers_only
@require_safe
def report(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The lines that did not come in, as CSV."""
    run = get_object_or_404(MemberImport, pk=pk)
    failed = run.adoptions.filter(state=Adoption.State.FAILED).order_by("line")
    rows = [*run.problems, *((row.line, f"{row.object_id}: {row.why}") for row in failed)]
    return csv_answer(f"members-{run.pk}.csv", ("line", "why"), rows)


def _counted(counts: dict[str, int]) -> list[tuple[str, int]]:
    labels = {
        "new": _("new members"),
        "known": _("known before"),
        "comped": _("guests without payment"),
        "subscriptions": _("with a subscription"),
        "refused": _("rows that do not come in"),
    }
    return [(label, counts.get(name, 0)) for name, label in labels.items()]
