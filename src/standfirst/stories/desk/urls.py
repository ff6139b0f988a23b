"""Addresses of the admin that ours answer instead of Wagtail's. Included before Wagtail's own."""

from __future__ import annotations

from django.urls import path
from wagtail.admin.auth import require_admin_access

from standfirst.stories.desk.creating import AddSubpageView

urlpatterns = [
    path("pages/<int:parent_page_id>/add_subpage/", require_admin_access(AddSubpageView.as_view())),
]
