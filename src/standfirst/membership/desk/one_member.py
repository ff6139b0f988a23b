"""One member: what they pay, what happened, and what staff can do about it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.accounts.signed_in import signed_in
from standfirst.membership.actions.give_membership import CannotGive, give_membership
from standfirst.membership.actions.merge_members import CannotMerge, merge_members
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.forms import GiveForm, MergeForm, NoteForm, RefundForm
from standfirst.membership.desk.timeline import payments_of, timeline_of
from standfirst.membership.join_names import in_words
from standfirst.membership.models import Gift, Member, MemberNote, Pledge
from standfirst.payments.actions.refund_payment import CannotRefund, refund_payment
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.providers.interface import ProviderError


@managers_only
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one member on one page."""
    member = get_object_or_404(Member.objects.select_related("user"), pk=pk)
    payments = payments_of(member)
    pledges = member.pledges.select_related("tier", "agreement__account").order_by("-made_at", "-pk")
    words = in_words({member.source, *(pledge.source for pledge in pledges)})
    context = {
        "member": member,
        "came_by": words[member.source],
        "pledges": [(pledge, words[pledge.source]) for pledge in pledges],
        "payments": payments,
        "timeline": timeline_of(member, payments),
        "note_form": NoteForm(),
        "page_title": str(member),
        "page_subtitle": member.email if member.pseudonym else "",
        "header_icon": "user",
    }
    return TemplateResponse(request, "membership/desk/member.html", context)


@managers_only
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note."""
    member = get_object_or_404(Member, pk=pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        MemberNote.objects.create(member=member, by=signed_in(request), text=form.cleaned_data["text"])
        return redirect("membership_desk:member", member.pk)
    return _ask(request, form, member, title=_("Note"), button=_("Write it down"))


@managers_only
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a membership."""
    member = get_object_or_404(Member, pk=pk)
    form = GiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_membership(member=member, by=signed_in(request), **form.cleaned_data)
        except CannotGive as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The membership is given."))
            return redirect("membership_desk:member", member.pk)
    return _ask(request, form, member, title=_("Give a membership"), button=_("Give it"))


@managers_only
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge another member into this one."""
    member = get_object_or_404(Member.objects.select_related("user"), pk=pk)
    form = MergeForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        other, reason = form.cleaned_data["other"], form.cleaned_data["reason"]
        try:
            merge_members(keep=member, other=other, reason=reason, by=signed_in(request))
        except CannotMerge as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("They are one member now."))
            return redirect("membership_desk:member", member.pk)
    return _ask(request, form, member, title=_("Merge a duplicate"), button=_("Merge for good"))


@managers_only
def refund(request: HttpRequest, number: UUID) -> HttpResponse:
    """Give a payment back, or a part of it."""
    payment = get_object_or_404(Payment.objects.select_related("account", "agreement"), number=number)
    member = _payer(payment.agreement)
    form = RefundForm(request.POST or None, payment=payment)
    if request.method == "POST" and form.is_valid():
        amount, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
        try:
            refund_payment(payment=payment, amount=amount, reason=reason, by=signed_in(request))
        except (CannotRefund, ProviderError) as problem:
            form.add_error(None, _refusal(problem))
            if isinstance(problem, ProviderError):
                _log(request, member, f"Asked to give {amount} of {payment.number} back: {reason} ({problem})")
        else:
            _log(request, member, f"Gave {amount} of payment {payment.number} back: {reason}")
            messages.success(request, _("%(amount)s is given back.") % {"amount": amount})
            return redirect("membership_desk:member", member.pk)
    title = _("Give %(payment)s back") % {"payment": payment.money}
    return _ask(request, form, member, title=title, button=_("Give it back"))


def _refusal(problem: CannotRefund | ProviderError) -> str:
    """What staff must know: above all not to ask a second time for what is on its way."""
    if isinstance(problem, ProviderError) and problem.retry:
        return _(
            "The provider did not answer (%(problem)s). The refund is kept and asked for again by itself; "
            "do not ask for it a second time."
        ) % {"problem": problem}
    return str(problem)


def _log(request: HttpRequest, member: Member, text: str) -> None:
    MemberNote.objects.create(member=member, by=signed_in(request), text=text)


def _payer(agreement: Agreement) -> Member:
    """Whose payment it is. Raises Http404 when nobody is known to have paid it."""
    kind, _colon, number = agreement.reference.partition(":")
    if number.isdecimal() and kind == "pledge":
        pledge = Pledge.objects.select_related("member__user").filter(pk=number).first()
        if pledge is not None:
            return pledge.member
    if number.isdecimal() and kind == "gift":
        gift = Gift.objects.select_related("giver__user").filter(pk=number).first()
        if gift is not None and gift.giver is not None:
            return gift.giver
    raise Http404(f"No member is known to have paid under {agreement.reference}.")


def _ask(request: HttpRequest, form: forms.Form, member: Member, *, title: str, button: str) -> HttpResponse:
    """The page with one form about a member."""
    context = {
        "form": form,
        "member": member,
        "button": button,
        "page_title": title,
        "page_subtitle": str(member),
        "header_icon": "user",
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "membership/desk/ask.html", context, status=status)
