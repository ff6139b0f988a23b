"""A mail server that refuses to talk."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    def open(self) -> bool:
        raise SMTPServerDisconnected("gone")
