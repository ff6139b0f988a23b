"""Addresses of the statements desk, below `/desk/membership/`."""

from __future__ import annotations

from django.urls import path

from standfirst.membership.statements import views

app_name = "statements"
urlpatterns = [
    path("statements/", views.index, name="index"),
    path("statements/import/<int:account_id>/", views.upload, name="upload"),
    path("statements/to-decide/", views.waiting, name="waiting"),
    path("statements/lines/<int:pk>/", views.line, name="line"),
    path("statements/<int:pk>/", views.statement, name="statement"),
    path("statements/<int:pk>/go-on/", views.go_on, name="go_on"),
    path("statements/<int:pk>/report.csv", views.report, name="report"),
    path("members/<int:member_id>/by-hand/", views.by_hand, name="by_hand"),
]
