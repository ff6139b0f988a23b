from __future__ import annotations

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "standfirst.delivery"
    label = "delivery"
    verbose_name = "Delivery"
    default_auto_field = "django.db.models.BigAutoField"
