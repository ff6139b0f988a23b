"""Translating a story: says what is missing where its section has no counterpart, and who can make it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.contrib.simple_translation.forms import SubmitTranslationForm
from wagtail.contrib.simple_translation.views import SubmitPageTranslationView
from wagtail.models import Locale, Page

from standfirst.accounts.models import User


class StoryTranslationForm(SubmitTranslationForm):
    """Wagtail's, in the newsroom's words. Only editions that have the page's parent can be chosen."""

    def __init__(self, page: Page, user: User, *args: Any) -> None:
        super().__init__(page, *args)
        editions = self.fields["locales"]
        editions.label = _("Editions")
        missing = Locale.objects.filter(pk__in=list(editions.widget.disabled_values))
        if missing and not page.is_root():
            editions.help_text = self._what_is_missing(page.get_parent().specific, user, missing)

    def clean_locales(self) -> Any:
        """Refuse an edition that the page shows as out of reach; Wagtail would fail on it."""
        chosen = self.cleaned_data["locales"]
        out_of_reach = [str(locale) for locale in chosen if locale.pk in self.fields["locales"].widget.disabled_values]
        if out_of_reach:
            raise ValidationError(_("Not possible yet: %(editions)s.") % {"editions": ", ".join(out_of_reach)})
        return chosen

    def _what_is_missing(self, parent: Page, user: User, missing: Any) -> str:
        names = ", ".join(str(locale) for locale in missing)
        words = _("“%(parent)s” does not exist yet in: %(editions)s.") % {"parent": parent.title, "editions": names}
        if not parent.permissions_for_user(user).can_edit():
            return format_html("{} {}", words, _("Ask a publisher to translate it first; the story stands below it."))
        url = reverse("simple_translation:submit_page_translation", args=[parent.pk])
        return format_html('{} <a href="{}">{}</a>', words, url, _("Translate it first; the story stands below it."))


class TranslateStoryView(SubmitPageTranslationView):
    """Wagtail's, with our form. The translation is a draft of its own below the translated parent."""

    title = gettext_lazy("Translate")

    def get_form(self) -> StoryTranslationForm:
        data = [self.request.POST] if self.request.method == "POST" else []
        return StoryTranslationForm(self.object, self.request.user, *data)
