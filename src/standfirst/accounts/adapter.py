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
from standfirst.delivery.edge.addresses import reader_address

READERS_HOME = "/account/"


def newsroom_name() -> str:
    """Return the newsroom's name as the default site has it."""
    site = Site.objects.filter(is_default_site=True).first()
    return site.site_name if site and site.site_name else str(settings.WAGTAIL_SITE_NAME)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits are for: behind a CDN the reader's, not one that half a country shares."""
        try:
            return str(reader_address(request.META, settings.READER_ADDRESS_KEY))
        except ValueError:
            return str(super().get_client_ip(request))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the desk, readers to their account: the desk is not theirs."""
        user = request.user
        return super().get_login_redirect_url(request) if isinstance(user, User) and user.is_staff else READERS_HOME

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

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """A reader's passkey is another way to sign in, not a second factor: who loses it still has their mail."""
        if isinstance(user, User) and not user.is_staff:
            return False
        return bool(super().is_mfa_enabled(user, types))

    def get_totp_issuer(self) -> str:
        return newsroom_name()
