"""Readers' passkeys: another way to sign in, beside the code by mail. allauth verifies them; the pages are ours."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from standfirst.accounts.models import User
from standfirst.accounts.signed_in import signed_in
from standfirst.membership.models import Member
from standfirst.membership.signing_in import give_access, know_member, take_access
from standfirst.membership.speaking import members_page
from standfirst.membership.views.account import for_member

MOST = 10
"""A reader has a telephone, a computer and a spare; more is a mistake, or an attack on the table."""


class PasskeySignInView(NextRedirectMixin, LoginWebAuthnView):
    """Signs in whoever holds a passkey, and leads back to where they came from."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the browser asks the passkey to sign; a person who comes here is led to the door."""
        response: HttpResponse = super().get(request, *args, **kwargs)
        return redirect("account_request_login_code") if response.status_code == 302 else response

    def form_invalid(self, form: Any) -> HttpResponse:
        """A passkey that is not known here, or one that was removed."""
        messages.error(self.request, _("This passkey is not known here. Sign in with a code."))
        return redirect("account_request_login_code")

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in; the second step that staff may owe is up to allauth."""
        passkey: Authenticator = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=self.get_next_url())
        response: HttpResponse = perform_passwordless_login(self.request, passkey, login)
        user = self.request.user
        if isinstance(user, User) and not user.is_staff:
            give_access(response, know_member(user, language=get_language() or "en", source="registered"))
        return response

    def get_authenticated_redirect_url(self) -> str:
        return self.get_next_url() or reverse("account")


sign_in = members_page(PasskeySignInView.as_view())


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def passkeys(request: HttpRequest, member: Member) -> HttpResponseBase:
    """The reader's passkeys; sent as a form it adds one. Whoever signed in a while ago has to do so once more."""
    user, is_fresh = signed_in(request), signed_in_lately(request)
    own = _own(user)
    if not is_fresh or own.count() >= MOST:
        if request.method == "POST":
            return redirect("account_passkeys")
        return render(request, "membership/passkeys.html", {"passkeys": own, "is_fresh": is_fresh})
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["passwordless"] = "on"  # it has to know its holder: there is no password beside it
    form = AddWebAuthnForm(data, user=user, initial={"name": _("Passkey")})
    if data is not None and form.is_valid():
        _add(request, user, form)
        return redirect("account_passkeys")
    context = {
        "passkeys": own,
        "is_fresh": True,
        "form": form,
        "creation": {"creation_options": begin_registration(user, True)},
    }
    return render(request, "membership/passkeys.html", context, status=422 if form.errors else 200)


@require_POST
@for_member
def remove(request: HttpRequest, member: Member, pk: int) -> HttpResponseBase:
    """Take away one of one's own; somebody else's is not found. The code by mail stays."""
    user = signed_in(request)
    passkey = get_object_or_404(_own(user), pk=pk)
    if not signed_in_lately(request):
        return redirect("account_passkeys")
    with transaction.atomic():
        passkey.delete()
        authenticator_removed.send(sender=Authenticator, request=request, user=user, authenticator=passkey)
    messages.success(request, _("The passkey is removed: it opens nothing here any more."))
    return redirect("account_passkeys")


@require_POST
@members_page
def once_more(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and lead through the door to the passkeys: who comes in proves once more that they own the mailbox."""
    logout(request)
    response = redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': reverse('account_passkeys')})}")
    take_access(response)
    return response


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the reader signed in so short a while ago that nobody else can sit at their screen."""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def _own(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")


@transaction.atomic
def _add(request: HttpRequest, user: User, form: AddWebAuthnForm) -> None:
    """Keep it, without the recovery codes that allauth gives to staff: a reader's is their mailbox."""
    given = form.cleaned_data
    kept = WebAuthn.add(user, given["name"][:60], given["credential"]).instance
    authenticator_added.send(sender=Authenticator, request=request, user=user, authenticator=kept)
    messages.success(request, _("The passkey is added: sign in with it from now on, or with a code as before."))
