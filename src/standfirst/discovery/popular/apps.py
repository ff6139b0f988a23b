from __future__ import annotations

from django.apps import AppConfig


class PopularConfig(AppConfig):
    name = "standfirst.discovery.popular"
    label = "popular"
    verbose_name = "Most popular"
