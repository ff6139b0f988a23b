"""Addresses of the search, in each edition."""

from __future__ import annotations

from django.conf import settings
from django.urls import re_path

from standfirst.discovery.search import views

CODES = "|".join(code for code, _name in settings.LANGUAGES)
EDITION = rf"^(?P<language>{CODES})/"

urlpatterns = [
    re_path(EDITION + r"search/$", views.search, name="search"),
    re_path(EDITION + r"search/suggest/$", views.suggest, name="search_suggest"),
    re_path(EDITION + r"opensearch\.xml$", views.description, name="opensearch"),
]
