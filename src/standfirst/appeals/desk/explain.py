"""The screen on which staff imagine a reader and see what that reader would be asked, and why nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser, Button, ListingButton
from wagtail.models import Page

from standfirst.accounts.models import User
from standfirst.accounts.signed_in import signed_in
from standfirst.appeals.countries import names
from standfirst.appeals.explaining import CLOSED_NAMES, Imagined, elsewhere, explain
from standfirst.appeals.models import Device, State, Visit
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article, Edition, Section

EXPLAINED = (Article, Edition, Section)
PRIORITY = 60


class ReaderForm(forms.Form):
    """Whom staff imagine, and where."""

    page = forms.ModelChoiceField(
        label=gettext_lazy("Page"),
        queryset=Page.objects.all(),
        widget=AdminPageChooser(target_models=list(EXPLAINED)),
    )
    state = forms.ChoiceField(label=gettext_lazy("Reader"), choices=State.choices)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", gettext_lazy("not known")), *names().items()],
        required=False,
        help_text=gettext_lazy("Where the time zone of the reader's device lies."),
    )
    stories = forms.IntegerField(
        label=gettext_lazy("Stories read this month, with this one"), min_value=0, max_value=9999
    )
    visit = forms.ChoiceField(label=gettext_lazy("Visit"), choices=[one for one in Visit.choices if one[0]])
    device = forms.ChoiceField(label=gettext_lazy("Device"), choices=Device.choices)
    seen = forms.IntegerField(label=gettext_lazy("Has seen each appeal so often this month"), min_value=0, max_value=30)
    closed = forms.MultipleChoiceField(
        label=gettext_lazy("Has closed"),
        choices=list(CLOSED_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at = forms.DateTimeField(
        label=gettext_lazy("At"), required=False, widget=AdminDateTimeInput, help_text=gettext_lazy("Empty: now.")
    )

    def clean_page(self) -> Any:
        """The page as what it is. Only stories, sections and front pages ask."""
        page = self.cleaned_data["page"].specific
        if not isinstance(page, EXPLAINED):
            raise forms.ValidationError(_("Choose a story, a section or an edition's front page."))
        return page

    @property
    def reader(self) -> Imagined:
        """The reader who was described; ask after `is_valid`."""
        given = self.cleaned_data
        names = ("state", "country", "stories", "visit", "device", "seen")
        return Imagined(**{name: given[name] for name in names}, closed=tuple(given["closed"]))


STANDARD: dict[str, Any] = {
    "state": State.STRANGER, "stories": 1, "visit": Visit.RETURNING, "device": Device.PHONE, "seen": 0,
}  # fmt: skip
"""Who is imagined where only the page is known."""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the form, and once there is a page the answer for each of its places."""
    form = ReaderForm(_given(request.GET)) if request.GET else ReaderForm(initial=STANDARD)
    context: dict[str, Any] = {
        "form": form,
        "media": form.media,
        "page_title": _("Who is asked for what"),
        "header_icon": "help",
    }
    if form.is_valid():
        page = form.cleaned_data["page"]
        answers = explain(page, paper_of(request), form.reader, form.cleaned_data["at"] or timezone.now())
        context |= {"page": page, "answers": answers, "elsewhere": elsewhere(page, answers)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "appeals/desk/explain.html", context, status=status)


def _given(sent: QueryDict) -> QueryDict:
    """What was sent; the standard reader where only a page was. The chooser of pages cannot show what is no key."""
    given = sent.copy()
    if "state" not in given:
        given.update(STANDARD)
    if not given.get("page", "").isdecimal():
        given["page"] = ""
    return given


@hooks.register("register_admin_urls")
def explain_url() -> list[Any]:
    """Give the screen its address."""
    return [path("appeals/", include(([path("explain/", show, name="explain")], "appeals"), namespace="appeals"))]


class WritersMenuItem(MenuItem):
    """A menu entry for those who write appeals; everybody else comes from a page's editor."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether whoever asks may see the appeals."""
        return signed_in(request).has_perm("appeals.view_appeal")


@hooks.register("register_membership_menu_item")
def menu_item() -> MenuItem:
    """The entry below the appeals."""
    return WritersMenuItem(
        gettext_lazy("Who is asked for what"),
        reverse("appeals:explain"),
        name="explain-appeals",
        icon_name="help",
        order=430,
    )


@hooks.register("register_page_header_buttons")
def explain_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from a page's editor to what its readers are asked."""
    yield from _buttons(page, user, Button)


@hooks.register("register_page_listing_more_buttons")
def explain_in_lists(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    """Lead there from a page's menu in the explorer, too."""
    yield from _buttons(page, user, ListingButton)


def _buttons(page: Page, user: User, kind: type[Button]) -> Iterator[Button]:
    if page.specific_class in EXPLAINED and page.pk:
        address = f"{reverse('appeals:explain')}?page={page.pk}"
        yield kind(_("Who is asked for what here"), url=address, icon_name="help", priority=PRIORITY)
