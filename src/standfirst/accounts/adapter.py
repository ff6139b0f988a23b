"""What allauth does differently here: nobody signs up, staff keep their second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Site

from standfirst.accounts.models import User
from standfirst.accounts.second_factor import needs_second_factor


def newsroom_name() -> str:
    """Return the newsroom's name as the default site has it."""
    site = Site.objects.filter(is_default_site=True).first()
    return site.site_name if site and site.site_name else str(settings.WAGTAIL_SITE_NAME)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"{newsroom_name()}: {subject}"

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None) -> Any:
        return super().render_mail(template_prefix, email, {**context, "newsroom_name": newsroom_name()}, headers)


class StaffMfaAdapter(DefaultMFAAdapter):
    """The last second factor stays while the role needs one."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        if not isinstance(user, User) or not needs_second_factor(user):
            return True
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return False
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def get_totp_issuer(self) -> str:
        return newsroom_name()
