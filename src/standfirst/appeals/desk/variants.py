"""An appeal's variants together: their numbers, and what stays as it is while they are tested."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from modelcluster.forms import BaseChildFormSet

from standfirst.appeals.models import Variant
from standfirst.appeals.models.variant import MOST_VARIANTS


class VariantFormSet(BaseChildFormSet):
    """The variants of one appeal. Those without a number get the next that is free; one of them is the control."""

    def clean(self, *args: Any, **kwargs: Any) -> None:
        """Number the variants. Raises ValidationError without a control, and for a test whose variants would change."""
        super().clean(*args, **kwargs)
        kept = [form for form in self.forms if form not in self.deleted_forms]
        is_more = any(form.instance.pk is None for form in kept) or bool(self.deleted_forms)
        if self.instance.pk and self.instance.is_on_trial and is_more:
            raise ValidationError(
                _(
                    "These words are being tested: a variant more or less would spoil the test. End it first, under "
                    "“Tests of appeals”, or copy the appeal and change the copy."
                )
            )
        self._number([form for form in kept if hasattr(form, "cleaned_data")])

    def _number(self, kept: list[Any]) -> None:
        taken = {form.cleaned_data.get("number") for form in kept}
        free = [number for number in range(Variant.CONTROL, MOST_VARIANTS + 1) if number not in taken]
        for form in kept:
            if form.cleaned_data.get("number") is None and "number" not in form.errors and free:
                form.instance.number = form.cleaned_data["number"] = free.pop(0)
        if kept and all(form.is_valid() and form.cleaned_data["number"] != Variant.CONTROL for form in kept):
            raise ValidationError(_("Give one variant the number 1: it is the control, and readers see it first."))
