"""Addresses of what is read, below `/desk/reading/`."""

from __future__ import annotations

from django.urls import path

from standfirst.insights.reading import filtered, screen, story_page

app_name = "reading"
urlpatterns = [
    path("", screen.period, name="period"),
    path("stories/<int:pk>/", story_page.story, name="story"),
    path("filtered/", filtered.filtered, name="filtered"),
]
