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
        from standfirst.access.join_sources import stories_by_number, story_at
        from standfirst.membership import depending, join_names
        from standfirst.stories.access import register

        register(MembershipGate())
        depending.register(stories_for)
        join_names.register_names("story", stories_by_number)
        join_names.register_story_at(story_at)
        freshness.connect()
