from __future__ import annotations

from django.urls import path

from standfirst.payments import views

app_name = "payments"
urlpatterns = [path("payments/webhooks/<int:account_id>/", views.webhook, name="webhook")]
