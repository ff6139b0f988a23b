"""Addresses of the site that are no page of the tree."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
