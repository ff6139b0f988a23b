"""The form of every page in the admin."""

from __future__ import annotations

import re
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
        if "slug" in cleaned and cleaned.get("title") and (not cleaned["slug"] or self._follows(cleaned)):
            cleaned["slug"] = self._free_slug(cleaned["title"])
        return cleaned

    def _follows(self, cleaned: dict[str, Any]) -> bool:
        """Whether the slug of a page nobody has seen was made from the title that is being replaced.

        So it is with a fresh translation, whose address would otherwise stay in the other language.
        """
        from standfirst.stories.models.base import transliterated_slug

        before = str(self.initial.get("title") or "")
        if (
            self.instance.first_published_at
            or cleaned["slug"] != self.initial.get("slug")
            or before == cleaned["title"]
        ):
            return False
        made = transliterated_slug(before)
        return bool(made) and re.fullmatch(rf"{re.escape(made)}(-\d+)?", cleaned["slug"]) is not None

    def _free_slug(self, title: str) -> str:
        """Return a slug of `title` that no other page below the same parent has."""
        from standfirst.stories.models.base import transliterated_slug

        base = transliterated_slug(title) or slugify(type(self.instance).__name__)
        candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
        return next(slug for slug in candidates if Page._slug_is_available(slug, self.parent_page, self.instance))
