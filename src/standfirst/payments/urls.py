from __future__ import annotations

from django.urls import path

from standfirst.payments import views
from standfirst.payments.providers import forwarding
from standfirst.payments.providers.flitt import returning

app_name = "payments"
urlpatterns = [
    path("payments/webhooks/<int:account_id>/", views.webhook, name="webhook"),
    path("payments/flitt/back/", returning.back, name="flitt_back"),
    path("fakes/<slug:provider>/<path:path>", forwarding.show, name="fake_page"),
    path("fakes/<slug:provider>/", forwarding.show, {"path": ""}, name="fake"),
]
