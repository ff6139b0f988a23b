"""Related articles: computed from texts and facts, overridden by staff."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelatedConfig(AppConfig):
    name = "standfirst.discovery.related"
    label = "related"
    verbose_name = "Related articles"

    def ready(self) -> None:
        from standfirst.discovery.related import dependencies
        from standfirst.discovery.related.answering import ChosenAndComputed
        from standfirst.discovery.related.consequences import connect
        from standfirst.discovery.related.desk.panel import PANELS
        from standfirst.stories.panels import add_tab
        from standfirst.stories.related import register

        dependencies.connect()
        connect()
        register(ChosenAndComputed())
        add_tab(_("Related"), PANELS)
