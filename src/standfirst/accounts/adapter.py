from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
