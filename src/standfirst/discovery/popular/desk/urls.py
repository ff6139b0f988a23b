"""Addresses below `/desk/popular/`."""

from __future__ import annotations

from django.urls import path

from standfirst.discovery.popular.desk import views

app_name = "popular_desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("exclude/", views.exclude, name="exclude"),
    path("exclusions/<int:pk>/end/", views.readmit, name="readmit"),
]
