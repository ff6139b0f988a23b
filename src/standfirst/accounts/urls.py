"""Signing in and what belongs to it. Two of allauth's pages are closed: staff do not sign up or add addresses."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from standfirst.accounts.sessions import end_session

urlpatterns = [
    path("signup/", RedirectView.as_view(pattern_name="account_login")),
    path("email/", RedirectView.as_view(pattern_name="wagtailadmin_account")),
    path("login/code/", RedirectView.as_view(url="/account/sign-in/")),
    path("login/code/confirm/", RedirectView.as_view(url="/account/code/")),
    path("sessions/<int:pk>/end/", end_session, name="end_session"),
    path("", include("allauth.urls")),
]
