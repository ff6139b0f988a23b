from __future__ import annotations

from django.apps import AppConfig


class ThemeConfig(AppConfig):
    name = "standfirst.theme"
    label = "theme"
    verbose_name = "Theme"
