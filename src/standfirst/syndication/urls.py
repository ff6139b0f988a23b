"""Addresses read by machines."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from standfirst.syndication.feeds.views import feed

urlpatterns: list[URLPattern] = [
    re_path(r"^(?P<path>(?:[^/]+/)*)(?P<name>feed\.(?:xml|atom|json))$", feed, name="feed"),
]
