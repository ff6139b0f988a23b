"""What the newsroom decided about its membership: goal, currencies, patience."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from standfirst.accounts.signed_in import signed_in
from standfirst.kit.money import BadAmount, check_currency
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.account_forms import read_currencies
from standfirst.membership.models import MembershipTerms

MOST_DAYS = 60


class TermsForm(forms.ModelForm):
    """The one row, with a field of currencies for each language."""

    retries = forms.CharField(
        label=gettext_lazy("Days after which a failed payment is tried again"),
        max_length=60,
        help_text=gettext_lazy("Counted from the first failure, rising: 3, 7, 12, 18."),
    )

    class Meta:
        model = MembershipTerms
        fields = ("goal", "home_currency", "grace_days", "notice_days", "pause_offered")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retries"].initial = ", ".join(str(day) for day in self.instance.retries)
        for code, name in settings.LANGUAGES:
            label = _("Currencies for readers of %(language)s") % {"language": name}
            initial = ", ".join(self.instance.currencies.get(code, []))
            self.fields[f"currencies_{code}"] = forms.CharField(
                label=label, initial=initial, max_length=100, required=False
            )

    def clean_home_currency(self) -> str:
        """A currency that exists."""
        try:
            return check_currency(self.cleaned_data["home_currency"].upper())
        except BadAmount as error:
            raise ValidationError(str(error)) from error

    def clean_retries(self) -> list[int]:
        """Days that rise."""
        try:
            days = [int(part) for part in self.cleaned_data["retries"].replace(",", " ").split()]
        except ValueError as error:
            raise ValidationError(_("Write whole days: 3, 7, 12, 18.")) from error
        if not days or days != sorted(set(days)) or days[0] < 1 or days[-1] > MOST_DAYS:
            raise ValidationError(_("Write days from 1 to %(most)s that rise.") % {"most": MOST_DAYS})
        return days

    def clean(self) -> dict[str, Any]:
        """The currencies of each language."""
        data = super().clean() or {}
        chosen: dict[str, list[str]] = {}
        for code, _name in settings.LANGUAGES:
            try:
                found = read_currencies(data.get(f"currencies_{code}", ""))
            except ValidationError as error:
                self.add_error(f"currencies_{code}", error)
                continue
            if found:
                chosen[code] = found
        self.instance.currencies = chosen
        return data

    def save(self, commit: bool = True) -> MembershipTerms:
        """Keep the days, too."""
        self.instance.retry_days = self.cleaned_data["retries"]
        return super().save(commit)


@managers_only
def edit(request: HttpRequest) -> HttpResponse:
    """Change the terms."""
    terms = MembershipTerms.current()
    data = request.POST if request.method == "POST" else None
    form = TermsForm(data, instance=terms)
    if data is not None and form.is_valid():
        form.save()
        log(
            instance=terms,
            action="wagtail.edit",
            user=signed_in(request),
            title=str(terms),
            data={"fields": sorted(form.changed_data)},
        )
        messages.success(request, _("The terms are saved."))
        return redirect("membership_desk:terms")
    context = {"form": form, "button": _("Save"), "page_title": _("Terms of the membership"), "header_icon": "cog"}
    return TemplateResponse(request, "membership/desk/ask.html", context, status=422 if form.errors else 200)
