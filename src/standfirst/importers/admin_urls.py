"""Addresses of the imports below the admin's."""

from __future__ import annotations

from django.urls import path

from standfirst.importers import views

app_name = "importers"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.show, name="run"),
    path("<int:pk>/go-on/", views.go_on, name="go_on"),
    path("<int:pk>/report.json", views.report, name="report"),
    path("comments.csv", views.comments, {"form": "csv"}, name="comments_csv"),
    path("comments.jsonl", views.comments, {"form": "json"}, name="comments_json"),
]
