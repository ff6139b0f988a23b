"""Search: every story, in every edition's script."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "standfirst.discovery.search"
    label = "story_search"
    verbose_name = "Search"

    def ready(self) -> None:
        from standfirst.discovery.search import addresses, consequences, dependencies

        addresses.connect()
        dependencies.connect()
        consequences.connect()
