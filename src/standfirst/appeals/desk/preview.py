"""One wording in its place, as readers would see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from standfirst.appeals.fragments import Wording
from standfirst.appeals.models import Appeal, Place


def preview(appeal: Appeal, request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a page of the appeal's edition that shows its variant `number`, or the first when it has none so."""
    variants = sorted(appeal.variants.all(), key=lambda variant: (variant.number != number, variant.number))
    request.edition_code = appeal.edition.slug  # type: ignore[attr-defined]
    language = appeal.edition.language_code
    with translation.override(language):
        context = {
            "wording": Wording(appeal, variants[0], language) if variants else None,
            "is_strip": appeal.place == Place.STRIP,
            "is_front": appeal.place == Place.FRONT,
        }
        return render(request, "appeals/preview.html", context)
