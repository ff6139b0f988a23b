"""Tiers with their texts and prices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.log_actions import log

from standfirst.accounts.signed_in import signed_in
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.tier_forms import Prices, Texts, TierForm
from standfirst.membership.models import Tier


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All tiers."""
    context = {
        "tiers": Tier.objects.prefetch_related("texts", "prices"),
        "page_title": _("Tiers and prices"),
        "header_icon": "tag",
    }
    return TemplateResponse(request, "membership/desk/tiers.html", context)


@managers_only
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A tier, or a new one, with everything that belongs to it on one page."""
    tier = get_object_or_404(Tier, pk=pk) if pk else Tier()
    data = request.POST if request.method == "POST" else None
    forms: list[Any] = [
        TierForm(data, instance=tier),
        Texts(data, instance=tier, prefix="texts"),
        Prices(data, instance=tier, prefix="prices"),
    ]
    valid = [form.is_valid() for form in forms]  # all of them, so that every mistake is shown at once
    if data is not None and all(valid):
        _save(request, tier, forms)
        messages.success(request, _("“%(tier)s” is saved.") % {"tier": tier})
        return redirect("membership_desk:tier", tier.pk)
    form, texts, prices = forms
    context = {
        "tier": tier,
        "form": form,
        "groups": [(_("Texts"), texts), (_("Prices"), prices)],
        "page_title": tier.name or _("New tier"),
        "header_icon": "tag",
    }
    status = 200 if data is None else 422
    return TemplateResponse(request, "membership/desk/tier.html", context, status=status)


@transaction.atomic
def _save(request: HttpRequest, tier: Tier, forms: list[Any]) -> None:
    action = "wagtail.edit" if tier.pk else "wagtail.create"
    for form in forms:
        form.save()
    log(instance=tier, action=action, user=signed_in(request), title=str(tier))
