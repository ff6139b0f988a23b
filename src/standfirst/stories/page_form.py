"""The form of every page in the admin."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page


class SitePageForm(WagtailAdminPageForm):
    """Wagtail's, whose slug may stay empty: it is then made from the title, in Latin letters whatever the script.

    The browser's own slugs would keep the script, and it cannot read Armenian or Georgian aloud.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):
            slug.required = False
            slug.help_text = _("The last part of the address. Empty: made from the title.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "slug" in cleaned and not cleaned["slug"] and cleaned.get("title"):
            cleaned["slug"] = self._free_slug(cleaned["title"])
        return cleaned

    def _free_slug(self, title: str) -> str:
        """Return a slug of `title` that no other page below the same parent has."""
        from standfirst.stories.models.base import transliterated_slug

        base = transliterated_slug(title) or slugify(type(self.instance).__name__)
        candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
        return next(slug for slug in candidates if Page._slug_is_available(slug, self.parent_page, self.instance))
