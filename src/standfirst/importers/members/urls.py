"""Addresses of the imports of members, below `/desk/membership/import/`."""

from __future__ import annotations

from django.urls import path

from standfirst.importers.members import views

app_name = "member_imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/go-on/", views.go_on, name="go_on"),
    path("<int:pk>/report.csv", views.report, name="report"),
]
