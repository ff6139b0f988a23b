"""Addresses of tests, below `/desk/membership/tests/`."""

from __future__ import annotations

from django.urls import path

from standfirst.appeals.trials import desk

app_name = "appeal_trials"
urlpatterns = [
    path("", desk.index, name="index"),
    path("<int:pk>/", desk.show, name="show"),
    path("<int:pk>/begin/", desk.begin, name="begin"),
    path("<int:pk>/end/", desk.end, name="end"),
    path("<int:pk>/<int:number>/choose/", desk.choose, name="choose"),
    path("<int:pk>/<int:number>/stop/", desk.stop, name="stop"),
    path("<int:pk>/<int:number>/revive/", desk.revive, name="revive"),
]
