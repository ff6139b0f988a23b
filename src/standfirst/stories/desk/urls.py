"""Addresses of the admin that ours answer instead of Wagtail's. Included before Wagtail's own."""

from __future__ import annotations

from django.urls import path
from wagtail.admin.auth import require_admin_access

from standfirst.stories.desk.creating import AddSubpageView
from standfirst.stories.desk.translating import TranslateStoryView

urlpatterns = [
    path("pages/<int:parent_page_id>/add_subpage/", require_admin_access(AddSubpageView.as_view())),
    path("translation/submit/page/<int:page_id>/", require_admin_access(TranslateStoryView.as_view())),
]
