"""Addresses of the site that are no page of the tree."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, re_path

from standfirst.stories import views
from standfirst.stories.serving import serve

CODES = "|".join(code for code, _name in settings.LANGUAGES)
EDITION = rf"^(?P<language>{CODES})/"

urlpatterns = [
    path("corrections/", views.all_corrections, name="all_corrections"),
    path("paper/colours-<slug:version>.css", views.colours, name="colours"),
    re_path(EDITION + r"corrections/$", views.corrections, name="corrections"),
    re_path(EDITION + r"archive/$", views.archive, name="archive"),
    re_path(EDITION + r"archive/(?P<year>\d{4})/(?P<month>\d{2})/$", views.archive_month, name="archive_month"),
    re_path(
        EDITION + r"archive/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/$", views.archive_day, name="archive_day"
    ),
    re_path(rf"^(?P<path>(?:{CODES})/(?:[^/]+/)*)$", serve, name="page"),
]
