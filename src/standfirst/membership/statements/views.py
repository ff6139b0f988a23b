"""The statements desk: bring a statement in, see what became of each line, decide what is unsure."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from standfirst.accounts.signed_in import signed_in
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.models import Member
from standfirst.membership.statements.by_hand import record_gift_of_money
from standfirst.membership.statements.forms import ByHandForm, DecideForm, RefuseForm, UploadForm
from standfirst.membership.statements.payers import members_of, note
from standfirst.membership.statements.tasks import look_through_account
from standfirst.payments.actions.apply_snapshot import Contradiction
from standfirst.payments.models import ProviderAccount, Statement, StatementLine, StatementMapping
from standfirst.payments.providers.bank.booking import CannotDecide, accept, refuse
from standfirst.payments.providers.bank.importing import keep_mapping, keep_statement
from standfirst.payments.providers.bank.moving import move
from standfirst.payments.providers.by_hand.recording import CannotRecord
from standfirst.payments.states import StateError

LINES_A_PAGE = 100
SECONDS_BETWEEN_LOOKS = 2
REPORT = ("line", "day", "amount", "currency", "payer", "purpose", "outcome", "why", "decided", "reason")
State = StatementLine.State


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Bank accounts, statements so far, and how much waits for a decision."""
    accounts = ProviderAccount.objects.filter(provider="bank").annotate(
        waiting=Count("statement_lines", filter=Q(statement_lines__state=State.PROPOSED))
    )
    statements = Statement.objects.select_related("account", "by")
    context = {
        "accounts": accounts,
        "statements": Paginator(statements, 50).get_page(request.GET.get("p")),
        "page_title": _("Bank statements"),
        "header_icon": "download",
    }
    return TemplateResponse(request, "membership/statements/index.html", context)


@managers_only
def upload(request: HttpRequest, account_id: int) -> HttpResponse:
    """Bring a statement of a bank account in."""
    account = get_object_or_404(ProviderAccount, pk=account_id, provider="bank")
    kept = StatementMapping.objects.filter(account=account).first()
    form = UploadForm(
        request.POST or None, request.FILES or None, account=account, initial=kept.columns if kept else {}
    )
    if request.method == "POST" and form.is_valid() and form.read is not None:
        if form.mapping is not None:
            keep_mapping(account, form.mapping)
        name = form.cleaned_data["file"].name
        statement = keep_statement(account=account, file_name=name, found=form.read, by=signed_in(request))
        look_through_account.enqueue(account.pk)
        return redirect("statements:statement", statement.pk)
    context = {"form": form, "page_title": _("Import a statement"), "page_subtitle": str(account)}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "membership/statements/upload.html", context, status=status)


@managers_only
@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each line of a statement. `?state=proposed` shows only those."""
    found = get_object_or_404(Statement.objects.select_related("account"), pk=pk)
    counts = dict(found.lines.values_list("state").annotate(total=Count("pk")).order_by())
    state = request.GET.get("state", "")
    lines = found.lines.filter(state=state) if state in State.values else found.lines.all()
    context = {
        "statement": found,
        "counts": [(value, label, counts.get(value, 0)) for value, label in State.choices],
        "is_busy": bool(counts.get(State.NEW)),
        "state": state,
        "lines": _page(request, lines.select_related("agreement").order_by("number", "pk")),
        "page_title": found.file_name,
        "page_subtitle": str(found.account),
    }
    response = TemplateResponse(request, "membership/statements/statement.html", context)
    if counts.get(State.NEW):
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@managers_only
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the look through the lines again, after an interruption."""
    found = get_object_or_404(Statement, pk=pk)
    look_through_account.enqueue(found.account_id)
    return redirect("statements:statement", found.pk)


@managers_only
@require_safe
def report(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The report by line as CSV."""
    found = get_object_or_404(Statement, pk=pk)
    lines = found.lines.select_related("decided_by").order_by("number", "pk").iterator(chunk_size=500)
    rows = [(number, "", "", "", "", "", _("not read"), why, "", "") for number, why in found.problems]
    return csv_answer(f"statement-{found.pk}.csv", REPORT, [*rows, *(_reported(line) for line in lines)])


def _reported(line: StatementLine) -> tuple[object, ...]:
    return (
        line.number, line.booked_on, line.money.decimal, line.currency, line.payer_name, line.text,
        line.get_state_display(), line.why, line.decided_by, line.reason,
    )  # fmt: skip


@managers_only
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Every line that waits for a person."""
    lines = StatementLine.objects.filter(state=State.PROPOSED).select_related("account", "agreement")
    context = {"lines": _page(request, lines), "page_title": _("Payments to decide"), "header_icon": "help"}
    return TemplateResponse(request, "membership/statements/waiting.html", context)


def _page(request: HttpRequest, lines: QuerySet[StatementLine]) -> Any:
    """A page of lines, each with the member whose payment it is."""
    page: Any = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("p"))
    shown = [line.agreement for line in page if line.agreement is not None]
    members = members_of([agreement.reference for agreement in shown])
    for line in page:
        line.member = members.get(line.agreement.reference) if line.agreement else None
    return page


@managers_only
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what the bank says, what we think, and the two answers."""
    found = get_object_or_404(StatementLine.objects.select_related("account", "statement"), pk=pk)
    form = DecideForm(request.POST if "accept" in request.POST else None, line=found, prefix="accept")
    refusal = RefuseForm(request.POST if "refuse" in request.POST else None, prefix="refuse")
    other = DecideForm(request.POST if "move" in request.POST else None, line=found, prefix="move")
    if other.is_bound and _move(request, found, other):
        return redirect("statements:line", found.pk)
    if request.method == "POST" and not other.is_bound and _decide(request, found, form, refusal):
        return redirect("statements:waiting")
    context = {
        "line": found,
        "form": form,
        "refusal": refusal,
        "other": other,
        "member": members_of([found.agreement.reference]).get(found.agreement.reference) if found.agreement else None,
        "moves": found.moved.select_related("source", "by").order_by("number"),
        "can_move": found.state == State.APPLIED and found.amount > 0,
        "can_decide": found.state in {State.PROPOSED, State.REFUSED},
        "page_title": str(found.money),
        "page_subtitle": str(found.booked_on),
    }
    status = 422 if form.errors or refusal.errors or other.errors else 200
    return TemplateResponse(request, "membership/statements/line.html", context, status=status)


def _move(request: HttpRequest, found: StatementLine, form: DecideForm) -> bool:
    """Move a booked line to whom it is from; False when it cannot be done, and the form says why."""
    if not form.is_valid():
        return False
    by, reason, target = signed_in(request), form.cleaned_data["reason"], form.cleaned_data["agreement"]
    try:
        source = move(line=found, agreement=target, reason=reason, by=by)
    except (CannotDecide, Contradiction, StateError) as problem:
        form.add_error(None, str(problem))
        return False
    if source is not None:
        what = f"{found.money} of {found.booked_on}, which was booked by mistake"
        note(source, f"Took away {what}: {reason}", by=by)
        note(target, f"Booked {what} to somebody else before: {reason}", by=by)
        messages.success(request, _("%(money)s is moved.") % {"money": found.money})
    return True


def _decide(request: HttpRequest, found: StatementLine, form: DecideForm, refusal: RefuseForm) -> bool:
    """Do what the person decided; False when it cannot be done, and the form says why."""
    by = signed_in(request)
    chosen: DecideForm | RefuseForm = form if form.is_bound else refusal
    if not chosen.is_valid():
        return False
    reason = chosen.cleaned_data["reason"]
    try:
        if chosen is refusal:
            refuse(line=found, reason=reason, by=by)
            return True
        agreement = accept(line=found, agreement=form.cleaned_data["agreement"], reason=reason, by=by)
    except (CannotDecide, Contradiction, StateError) as problem:
        chosen.add_error(None, str(problem))
        return False
    note(agreement, f"Booked {found.money} of {found.booked_on} from the bank statement: {reason}", by=by)
    messages.success(request, _("%(money)s is booked.") % {"money": found.money})
    return True


@managers_only
def by_hand(request: HttpRequest, member_id: int) -> HttpResponse:
    """Record money that a member gave by hand."""
    member = get_object_or_404(Member.objects.select_related("user"), pk=member_id)
    initial = {"key": uuid4(), "paid_on": timezone.localdate()}
    form = ByHandForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = {
            name: data[name] for name in ("account", "kind", "money", "paid_on", "tier", "interval", "note", "key")
        }
        try:
            record_gift_of_money(member=member, by=signed_in(request), **given)
        except (CannotRecord, Contradiction) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(money)s is recorded.") % {"money": data["money"]})
            return redirect("membership_desk:member", member.pk)
    context = {
        "form": form,
        "member": member,
        "button": _("Record it"),
        "page_title": _("Money by hand"),
        "page_subtitle": str(member),
        "header_icon": "user",
    }
    return TemplateResponse(request, "membership/desk/ask.html", context, status=422 if form.errors else 200)
