from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.accounts.models import User


def invite_staff(*, user: User, by: User | None) -> str:
    """Send `user` a link to set a password of their own, and return it.

    The link works once, and as long as `PASSWORD_RESET_TIMEOUT` says; afterwards "forgotten password" leads further.
    """
    from standfirst.accounts.adapter import newsroom_name

    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": key.split("-")[0], "key": key.split("-", 1)[1]})
    link = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path
    words = {
        "user": user,
        "by": by,
        "link": link,
        "newsroom_name": newsroom_name(),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    subject = _("%(newsroom)s: your place at the desk") % {"newsroom": words["newsroom_name"]}
    send_mail(subject, render_to_string("accounts/mail/invitation.txt", words), None, [user.email])
    return link
