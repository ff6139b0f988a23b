"""Tells membership which appeals and variants led readers to join."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from standfirst.appeals.models import Appeal, Variant
from standfirst.membership.join_names import Named, register_names


def connect() -> None:
    """Register both; called once when the app is ready."""
    register_names("appeal", appeals_by_number)
    register_names("variant", variants_by_number)


def appeals_by_number(numbers: Collection[int]) -> dict[int, Named]:
    """Return what each appeal that exists is called, and where staff see its test."""
    found = Appeal.objects.filter(pk__in=numbers).select_related("campaign", "edition")
    return {appeal.pk: Named(str(appeal), _address(appeal.pk)) for appeal in found}


def variants_by_number(numbers: Collection[int]) -> dict[int, Named]:
    """Return the letter and the first words of each variant that exists, and the appeal that it belongs to."""
    return {
        variant.pk: Named(
            f"{variant.letter} ({variant.headline or variant.text[:40]})",
            _address(variant.appeal_id),
            belongs_to=variant.appeal_id,
        )
        for variant in Variant.objects.filter(pk__in=numbers)
    }


def _address(appeal: int) -> str:
    return reverse("appeal_trials:show", args=[appeal])
