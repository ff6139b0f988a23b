"""Forget a member who asks the newsroom for it instead of closing the account themselves."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.accounts.signed_in import signed_in
from standfirst.membership.actions.close_account import CannotClose, close_account
from standfirst.membership.desk.access import managers_only
from standfirst.membership.models import Member, MemberNote


class EraseForm(forms.Form):
    """Why, chosen and not written: what staff write here would outlive the person's other words."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[
            ("asked", gettext_lazy("the member asked for it")),
            ("law", gettext_lazy("an authority or the law asks for it")),
            ("mistake", gettext_lazy("it was no real member: a test, a mistake")),
        ],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Forget this person for good"),
        help_text=gettext_lazy(
            "Name, addresses, notes, mails and what the bank or a provider says of the person are gone, what is "
            "running ends, and nobody can bring it back. Amounts and dates of payments stay in the books."
        ),
    )


@managers_only
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a member."""
    member = get_object_or_404(Member.objects.select_related("user"), pk=pk, erased_at=None)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = signed_in(request)
        try:
            close_account(member=member, by=by)
        except CannotClose as problem:
            form.add_error(None, str(problem))
        else:
            reason = dict(form.fields["reason"].choices)[form.cleaned_data["reason"]]  # type: ignore[attr-defined]
            MemberNote.objects.create(member=member, by=by, text=f"Erased: {reason}")
            messages.success(request, _("The person is forgotten."))
            return redirect("membership_desk:members")
    context = {
        "form": form,
        "member": member,
        "button": _("Forget this person"),
        "page_title": _("Forget a member"),
        "page_subtitle": str(member),
        "header_icon": "user",
    }
    return TemplateResponse(request, "membership/desk/ask.html", context, status=422 if form.errors else 200)
