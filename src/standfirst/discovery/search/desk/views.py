"""The desk's page of the search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.auth import user_has_any_page_permission

from standfirst.accounts.signed_in import signed_in
from standfirst.discovery.search.asking import LONGEST
from standfirst.discovery.search.desk.looking import Looking
from standfirst.discovery.search.desk.states import STATES
from standfirst.stories.models import Contributor, Edition, Section
from standfirst.stories.models.article import StoryType

IN_EACH = 5
"""Stories of each edition that are shown while all of them are searched."""
ANY = ("", gettext_lazy("any"))


class _PagesField(forms.ModelChoiceField):
    """A choice of pages of all editions, each with its language."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.locale.language_code})"


class StoryFilter(forms.Form):
    """What staff look for. Nothing of it is required; what is wrong is said and left out."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=LONGEST)
    edition = forms.ModelChoiceField(
        Edition.objects.none(), label=gettext_lazy("Edition"), required=False, empty_label=gettext_lazy("all")
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    section: _PagesField = _PagesField(
        Section.objects.none(), label=gettext_lazy("Section"), required=False, empty_label=gettext_lazy("any")
    )
    contributor = _PagesField(
        Contributor.objects.none(), label=gettext_lazy("Contributor"), required=False, empty_label=gettext_lazy("any")
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False, choices=[ANY, *StoryType.choices])
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[("", gettext_lazy("best match")), ("date", gettext_lazy("newest first"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("edition", Edition.objects.order_by("path"))
        self._choose("section", Section.objects.select_related("locale").order_by("path"))
        self._choose("contributor", Contributor.objects.select_related("locale").order_by("title"))
        self.fields["state"].choices = [ANY, *((name, words) for name, (words, _fits) in STATES.items())]  # type: ignore[attr-defined]

    def _choose(self, name: str, found: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - each is one, above
        field.queryset = found

    def given(self) -> dict[str, Any]:
        """What is asked, and can be understood."""
        self.is_valid()
        return self.cleaned_data


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Stories by words and state; `p` is the page within a chosen edition."""
    user = signed_in(request)
    if not user_has_any_page_permission(user):
        raise PermissionDenied
    form = StoryFilter(request.GET)
    given = form.given()
    looking = Looking(user, given)
    editions = looking.editions()
    number = request.GET.get("p", "")
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    is_one = len(editions) == 1
    found = [looking.page(each, max(1, asked)) if is_one else looking.page(each, 1, size=IN_EACH) for each in editions]
    query = request.GET.copy()
    query.pop("p", None)
    without_edition = query.copy()
    without_edition.pop("edition", None)
    without_words = query.copy()
    without_words.pop("q", None)
    context = {
        "form": form,
        "found": found,
        "shown": [looked for looked in found if is_one or looked.rows or looked.was_stopped],
        "is_one": is_one,
        "query": query.urlencode(),
        "without_words": without_words.urlencode(),
        "without_edition": without_edition.urlencode(),
        "words": given.get("q", ""),
        "page_title": _("Search stories"),
        "header_icon": "search",
    }
    return TemplateResponse(request, "search/desk/stories.html", context)
