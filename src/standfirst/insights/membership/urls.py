"""Addresses of the numbers, below `/desk/membership/`."""

from __future__ import annotations

from django.urls import path

from standfirst.insights.membership import dashboard, independence_desk, month_explained, rates, sources_desk, troubles

app_name = "membership_numbers"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("figures/<slug:name>/", dashboard.rows, name="rows"),
    path("months/<slug:name>/", month_explained.explain, name="explained"),
    path("messages/<int:pk>/again/", troubles.again, name="try_again"),
    path("differences/<int:pk>/close/", troubles.close, name="close_difference"),
    path("sources/", sources_desk.index, name="sources"),
    path("rates/", rates.index, name="rates"),
    path("rates/<int:pk>/delete/", rates.delete, name="delete_rate"),
    path("independence/", independence_desk.index, name="independence"),
    path("independence/<slug:month>/", independence_desk.edit_month, name="month"),
    path("funding-page/<slug:language>/", independence_desk.edit_page, name="funding_page"),
]
