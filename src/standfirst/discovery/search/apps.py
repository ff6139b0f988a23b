from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "standfirst.discovery.search"
    label = "story_search"
    verbose_name = "Search"
