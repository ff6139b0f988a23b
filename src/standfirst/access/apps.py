from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "standfirst.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from standfirst.access import freshness
        from standfirst.access.depending import stories_for
        from standfirst.access.gate import MembershipGate
        from standfirst.membership import depending
        from standfirst.stories.access import register

        register(MembershipGate())
        depending.register(stories_for)
        freshness.connect()
