"""Addresses of the admin that accounts answer: there is one door, allauth's. Included before Wagtail's own."""

from __future__ import annotations

from allauth.account.views import logout
from django.urls import path
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access

from standfirst.accounts.people.account import StaffAccountView

urlpatterns = [
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logout/", logout),
    path("account/", require_admin_access(StaffAccountView.as_view())),
]
