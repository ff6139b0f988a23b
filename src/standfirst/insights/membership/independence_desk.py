"""Independence in the admin: the months' money, the trend, and what each edition's page shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.log_actions import log

from standfirst.accounts.signed_in import signed_in
from standfirst.insights.membership import charts
from standfirst.insights.membership.independence import Month, by_month, estimate
from standfirst.insights.models import FundingPage, MonthlyMoney
from standfirst.kit.money import BadAmount, Money
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.models import MembershipTerms
from standfirst.stories.models import Edition, InformationPage

SHOWN = 24
KINDS = {
    "grants": gettext_lazy("Grants"),
    "advertising": gettext_lazy("Advertising"),
    "other": gettext_lazy("Other income"),
    "costs": gettext_lazy("Costs"),
}


@managers_only
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The months, the trend, the estimate; `?format=csv` gives the months as a file."""
    today = timezone.localdate()
    found = by_month(today, SHOWN)
    if request.GET.get("format") == "csv":
        columns = ["month", "currency", "readers", *KINDS, "share", "without rate"]
        return csv_answer("independence.csv", columns, (_line(one) for one in found))
    context = {
        "months": [(f"{one.span.first:%Y-%m}", one, _amounts(one)) for one in reversed(found)],
        "kinds": KINDS.values(),
        "estimate": estimate(found, today),
        "chart": _chart(found),
        "home": MembershipTerms.current().home_currency,
        "editions": Edition.objects.live().order_by("path"),
        "page_title": _("Independence"),
        "header_icon": "globe",
    }
    return TemplateResponse(request, "insights/membership/independence.html", context)


def _amounts(one: Month) -> list[Money | None]:
    return [Money(getattr(one.entered, kind), one.entered.currency) if one.entered else None for kind in KINDS]


def _line(one: Month) -> list[object]:
    share = f"{one.share:.4f}" if one.share is not None else ""
    entered = [money.decimal if money is not None else "" for money in _amounts(one)]
    left_out = ", ".join(str(money) for money in one.without_rate)
    return [f"{one.span.first:%Y-%m}", one.readers.currency, one.readers.decimal, *entered, share, left_out]


def _chart(found: list[Month]) -> str:
    known = [one for one in found if one.share is not None]
    if not known:
        return ""
    labels = [date_format(one.span.first, "m/y") for one in known]
    shares = [round(100 * (one.share or 0), 1) for one in known]
    said = _("What part of the costs readers carried, in per cent.")
    return charts.lines(_("Carried by readers"), said, labels, [charts.Series(_("per cent"), shares)])


class MonthForm(forms.Form):
    """A month's money, in the home currency, as people write amounts."""

    grants = forms.CharField(label=KINDS["grants"], max_length=20, initial="0")
    advertising = forms.CharField(label=KINDS["advertising"], max_length=20, initial="0")
    other = forms.CharField(label=KINDS["other"], max_length=20, initial="0")
    costs = forms.CharField(label=KINDS["costs"], max_length=20, initial="0")
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, home: str, **kwargs: Any) -> None:
        self.home = home
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The amounts in minor units."""
        data = super().clean() or {}
        for kind in KINDS:
            try:
                amount = Money.read(data.get(kind, "0"), self.home).amount
                if amount < 0:
                    raise ValidationError(_("An amount is not below zero."))
                data[kind] = amount
            except BadAmount as error:
                self.add_error(kind, str(error))
            except ValidationError as error:
                self.add_error(kind, error)
        return data


@managers_only
def edit_month(request: HttpRequest, month: str) -> HttpResponse:
    """Enter what came and went in one month, or correct it."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404("Write the month as 2026-11.") from error
    home = MembershipTerms.current().home_currency
    kept = MonthlyMoney.objects.filter(month=first).first() or MonthlyMoney(month=first, currency=home)
    initial = {kind: Money(getattr(kept, kind), kept.currency).decimal for kind in KINDS} | {"note": kept.note}
    form = MonthForm(request.POST or None, initial=initial, home=home)
    if request.method == "POST" and form.is_valid():
        kept.currency = home
        for name, value in form.cleaned_data.items():
            setattr(kept, name, value)
        action = "wagtail.edit" if kept.pk else "wagtail.create"
        kept.save()
        log(instance=kept, action=action, user=signed_in(request), title=str(kept))
        messages.success(request, _("%(month)s is kept.") % {"month": kept})
        return redirect("membership_numbers:independence")
    title = _("Money of %(month)s in %(home)s") % {"month": month, "home": home}
    context = {"form": form, "button": _("Save"), "page_title": title, "header_icon": "globe"}
    return TemplateResponse(request, "membership/desk/ask.html", context, status=422 if form.errors else 200)


class PageForm(forms.ModelForm):
    """Which numbers an edition's page shows."""

    class Meta:
        model = FundingPage
        fields = ("is_public", "shows_members", "shows_share", "shows_sources", "shows_costs")


@managers_only
def edit_page(request: HttpRequest, language: str) -> HttpResponse:
    """Choose the numbers on “How we are funded” of an edition; its words are written where all pages are."""
    edition = get_object_or_404(Edition.objects.live(), slug=language)
    kept = FundingPage.objects.filter(edition=edition).first() or FundingPage(edition=edition)
    form = PageForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        page = form.save()
        log(instance=page, action="wagtail.edit", user=signed_in(request), title=str(page))
        messages.success(request, _("The choice is saved."))
        return redirect("membership_numbers:funding_page", language)
    title = _("How we are funded: %(edition)s") % {"edition": edition.title}
    public = InformationPage.objects.child_of(edition).filter(kind=InformationPage.Kind.FUNDING)
    context = {
        "form": form,
        "pages": public.live().order_by("path"),
        "edition": edition,
        "page_title": title,
        "header_icon": "globe",
    }
    return TemplateResponse(
        request, "insights/membership/funding_page.html", context, status=422 if form.errors else 200
    )
