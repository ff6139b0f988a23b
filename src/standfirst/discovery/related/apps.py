from __future__ import annotations

from django.apps import AppConfig


class RelatedConfig(AppConfig):
    name = "standfirst.discovery.related"
    label = "related"
    verbose_name = "Related articles"
