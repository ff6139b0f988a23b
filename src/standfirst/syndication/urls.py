"""Addresses read by machines."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from standfirst.syndication.feeds.views import feed
from standfirst.syndication.oembed import oembed

urlpatterns: list[URLPattern] = [
    re_path(r"^(?P<path>(?:[^/]+/)*)(?P<name>feed\.(?:xml|atom|json))$", feed, name="feed"),
    path("oembed", oembed, name="oembed"),
]
