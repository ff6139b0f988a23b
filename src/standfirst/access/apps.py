from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "standfirst.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from standfirst.access import freshness
        from standfirst.access.gate import MembershipGate
        from standfirst.stories.access import register

        register(MembershipGate())
        freshness.connect()
