"""The readers' door: a code by e-mail, or a passkey. Staff have another one."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from standfirst.accounts.models import User
from standfirst.membership.signing_in import give_access, know_member, member_of, take_access
from standfirst.membership.speaking import members_page


class SignInView(RequestLoginCodeView):
    """Asks for the address."""

    template_name = "membership/sign_in.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever waits for a code may ask for another one, or for one to another address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who is signed in, and whose token has run out since, gets a new one and goes back to where they came from."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if member := member_of(request):
            give_access(response, member)
        return response

    def get_authenticated_redirect_url(self) -> str:
        return self.get_next_url() or "/account/"


class CodeView(ConfirmLoginCodeView):
    """Asks for the code that was sent to it."""

    template_name = "membership/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "sent_to": self._process.state.get("email", "")}

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super()._verify_form_valid(form)
        user = self.request.user
        if isinstance(user, User):
            give_access(response, know_member(user, language=get_language() or "en", source="registered"))
        return response


sign_in = members_page(SignInView.as_view())
code = members_page(CodeView.as_view())


@require_POST
@members_page
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End this session, and what this browser may read."""
    logout(request)
    response = redirect("join")
    take_access(response)
    return response
