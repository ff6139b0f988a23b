"""The settings of what is recorded by hand: there are none."""

from __future__ import annotations

from typing import ClassVar

from django import forms


class ByHandSettingsForm(forms.Form):
    """An empty form."""

    secret_fields: ClassVar[tuple[str, ...]] = ()
