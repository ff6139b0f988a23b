from __future__ import annotations

from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    name = "standfirst.syndication"
    label = "syndication"
    verbose_name = "Syndication"
