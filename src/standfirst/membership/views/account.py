"""The account page: what I pay, since when, and everything that is mine."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from standfirst.accounts.models import User
from standfirst.accounts.signed_in import signed_in
from standfirst.membership.actions.close_account import CannotClose, close_account
from standfirst.membership.flows.account import AccountPage, account_page
from standfirst.membership.flows.own_data import own_data
from standfirst.membership.forms import CloseForm, ProfileForm
from standfirst.membership.leading_to_payment import leads_to_payment
from standfirst.membership.models import Member
from standfirst.membership.signing_in import give_access, know_member, take_access
from standfirst.membership.speaking import View, members_page
from standfirst.payments.models import Payment


def for_member(view: View) -> View:
    """Let `view(request, member, …)` answer whoever is signed in; others are led to the readers' door."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("account")
            return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': wanted})}")
        member = know_member(request.user, language=get_language() or "en", source="registered")
        return view(request, member, *args, **kwargs)

    return members_page(wrapped)


@require_safe
@leads_to_payment
@for_member
def overview(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Everything on one page, and the access that follows from it."""
    page: AccountPage = account_page(member, get_language() or "en")
    form = ProfileForm(initial={"pseudonym": member.pseudonym, "language": member.language})
    response = render(request, "membership/account.html", {"member": member, "account": page, "form": form})
    give_access(response, member)
    return response


@require_POST
@for_member
def profile(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Keep the name and the language."""
    form = ProfileForm(request.POST)
    if form.is_valid():
        member.pseudonym, member.language = form.cleaned_data["pseudonym"], form.cleaned_data["language"]
        member.save(update_fields=["pseudonym", "language"])
        messages.success(request, _("Kept."))
    return redirect("account")


@require_safe
@for_member
def receipt(request: HttpRequest, member: Member, number: UUID) -> HttpResponseBase:
    """One payment, to print."""
    references = [pledge.reference for pledge in member.pledges.all()]
    own = Payment.objects.filter(agreement__reference__in=references, state__in=Payment.RECEIVED)
    payment = get_object_or_404(own.select_related("agreement"), number=number)
    pledge = member.pledges.select_related("tier").get(pk=payment.agreement.reference.partition(":")[2])
    language = get_language() or "en"
    context = {
        "member": member,
        "payment": payment,
        "amount": payment.money.format(language),
        "tier_name": pledge.tier.text(language).name,
        "returned": payment.refunded and type(payment.money)(payment.refunded, payment.currency).format(language),
    }
    return render(request, "membership/receipt.html", context)


@require_safe
@for_member
def data(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Everything that is known of the member, as a file."""
    response = JsonResponse(own_data(member), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def close(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Forget the person; the money that was paid stays in the books without them."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_account(member=member)
        except CannotClose as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            response = render(request, "membership/closed.html")
            take_access(response)
            return response
    return render(request, "membership/close.html", {"form": form, "member": member})


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def sessions(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Where the reader is signed in; sent as a form it ends all other sessions."""
    own = UserSession.objects.purge_and_list(signed_in(request))
    if request.method == "POST":
        for session in own:
            if session.session_key != request.session.session_key:
                session.end()
        messages.success(request, _("You are signed in here only now."))
        return redirect("account_sessions")
    rows = [{"session": one, "is_current": one.session_key == request.session.session_key} for one in own]
    return render(request, "membership/sessions.html", {"rows": rows, "member": member})


@require_POST
@for_member
def end_session(request: HttpRequest, member: Member, pk: int) -> HttpResponseBase:
    """End one session of one's own; somebody else's is not found."""
    get_object_or_404(UserSession, pk=pk, user=signed_in(request)).end()
    messages.success(request, _("That session is ended."))
    return redirect("account_sessions")
