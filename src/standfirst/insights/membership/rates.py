"""Exchange rates, entered by hand or from a CSV file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from standfirst.insights.models import ExchangeRate
from standfirst.kit.csv_files import BadCsv, Row, decode, read_rows
from standfirst.kit.money import BadAmount, check_currency
from standfirst.membership.desk.access import managers_only
from standfirst.membership.models import MembershipTerms

MOST_BYTES = 1024 * 1024
A_PAGE = 50


class RatesForm(forms.Form):
    """One rate, or a file of them."""

    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    day = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    rate = forms.CharField(label=gettext_lazy("One unit is worth"), max_length=30, required=False)
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        help_text=gettext_lazy("Lines of day, currency, rate: 2026-11-01,GEL,0.3215"),
    )

    def clean(self) -> dict[str, Any]:
        """Everything as (day, currency, rate) in `rates`."""
        data = super().clean() or {}
        if data.get("file"):
            data["rates"] = _read_file(data["file"])
        elif data.get("day"):
            data["rates"] = [_read(data["day"].isoformat(), data.get("currency", ""), data.get("rate", ""))]
        elif not self.errors:
            raise ValidationError(_("Give a day, a currency and a rate, or a file."))
        return data


def _read_file(file: Any) -> list[tuple[date, str, Decimal]]:
    """The rates of a file; a heading is passed over. Raises ValidationError that names each bad line."""
    if file.size > MOST_BYTES:
        raise ValidationError(_("The file has more than one megabyte; divide it."))
    found, wrong = [], []
    try:
        rows: list[Row] = list(read_rows(decode(file.read())[0]))
    except BadCsv as error:
        raise ValidationError(str(error)) from error
    for number, row in enumerate(rows):
        try:
            found.append(_read(*(cell.strip() for cell in row.cells)))
        except (TypeError, ValidationError) as error:
            if number or (row.cells and row.cells[0][:1].isdigit()):
                said = error.messages[0] if isinstance(error, ValidationError) else _("it has not three columns")
                wrong.append(_("Line %(line)s: %(said)s") % {"line": row.line, "said": said})
    if wrong:
        raise ValidationError(wrong[:20])
    if not found:
        raise ValidationError(_("There is no rate in this file."))
    return found


def _read(day: str, currency: str, rate: str) -> tuple[date, str, Decimal]:
    """One rate. Raises ValidationError."""
    try:
        number = Decimal(rate.replace(",", ".").replace(" ", ""))
        if not number.is_finite() or not Decimal("0.00000001") <= number < Decimal(10) ** 10:
            raise InvalidOperation
        return date.fromisoformat(day), check_currency(currency.upper()), number.quantize(Decimal("0.00000001"))
    except InvalidOperation as error:
        raise ValidationError(_("“%(rate)s” is no rate; write it as 0.3215.") % {"rate": rate}) from error
    except BadAmount as error:
        raise ValidationError(str(error)) from error
    except ValueError as error:
        raise ValidationError(_("“%(day)s” is no day; write it as 2026-11-23.") % {"day": day}) from error


@transaction.atomic
def keep_rates(rates: list[tuple[date, str, Decimal]], home: str) -> None:
    """Write the rates down; one for the same currency and day replaces what was there."""
    for day, currency, rate in rates:
        ExchangeRate.objects.update_or_create(currency=currency, home=home, day=day, defaults={"rate": rate})


@managers_only
def index(request: HttpRequest) -> HttpResponse:
    """All rates to the home currency, and the form for more."""
    home = MembershipTerms.current().home_currency
    is_post = request.method == "POST"
    form = RatesForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        initial={"day": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        rates = form.cleaned_data["rates"]
        keep_rates(rates, home)
        messages.success(request, _("%(number)s kept.") % {"number": len(rates)})
        return redirect("membership_numbers:rates")
    context = {
        "form": form,
        "home": home,
        "page": Paginator(ExchangeRate.objects.filter(home=home), A_PAGE).get_page(request.GET.get("p")),
        "page_title": _("Exchange rates to %(home)s") % {"home": home},
        "header_icon": "order",
    }
    return TemplateResponse(request, "insights/membership/rates.html", context, status=422 if form.errors else 200)


@managers_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rate back that was entered by mistake."""
    get_object_or_404(ExchangeRate, pk=pk).delete()
    messages.success(request, _("The rate is deleted."))
    return redirect("membership_numbers:rates")
