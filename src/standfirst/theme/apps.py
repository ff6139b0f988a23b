from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register


class ThemeConfig(AppConfig):
    name = "standfirst.theme"
    label = "theme"
    verbose_name = "Theme"

    def ready(self) -> None:
        from standfirst.theme.checks import check_own_templates

        register(check_own_templates, Tags.templates)
