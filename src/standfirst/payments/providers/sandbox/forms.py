"""The settings of a sandbox: none."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms


class SandboxForm(forms.Form):
    """Nothing to fill in; an account of the sandbox is always in test mode."""

    secret_fields: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        """Add `is_test`."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["is_test"] = True
        return cleaned
