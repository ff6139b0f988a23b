"""The forms of the statements desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.kit.csv_files import ENCODINGS
from standfirst.kit.money import BadAmount, Money
from standfirst.membership.models import Member, Price, Tier
from standfirst.membership.statements.payers import members_of
from standfirst.payments.models import Agreement, HandEntry, ProviderAccount, StatementLine
from standfirst.payments.providers.bank.csv_statement import DATE_FORMATS, DECIMAL_MARKS, ColumnMapping
from standfirst.payments.providers.bank.importing import agreements_of, read_statement
from standfirst.payments.providers.bank.line import LARGEST_FILE, BadStatement, Read
from standfirst.payments.reference_codes import find_codes

_ANY = ("", gettext_lazy("found out"))
_SHOWN_DATES = {
    "%d.%m.%Y": "31.12.2026",
    "%d/%m/%Y": "31/12/2026",
    "%Y-%m-%d": "2026-12-31",
    "%d-%m-%Y": "31-12-2026",
    "%m/%d/%Y": "12/31/2026",
    "%Y/%m/%d": "2026/12/31",
    "%d.%m.%y": "31.12.26",
    "%d/%m/%y": "31/12/26",
    "%Y%m%d": "20261231",
}
_DELIMITERS = ((",", ","), (";", ";"), ("\t", gettext_lazy("tab")), ("|", "|"))


def _column(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=200, required=False)


class UploadForm(forms.Form):
    """A statement, and for CSV which column is which. `read` is the file as it was read."""

    file = forms.FileField(label=gettext_lazy("Statement"), help_text=gettext_lazy("CAMT.053 (.xml) or CSV."))
    date = _column(gettext_lazy("Column of the date"), gettext_lazy("What follows is for CSV only, and is remembered."))
    date_format = forms.ChoiceField(
        label=gettext_lazy("How dates are written"), choices=[(name, _SHOWN_DATES[name]) for name in DATE_FORMATS]
    )
    amount = _column(gettext_lazy("Column of the amount"))
    credit = _column(gettext_lazy("Column of what came in"), gettext_lazy("Where in and out are two columns."))
    debit = _column(gettext_lazy("Column of what went out"))
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("Decimal mark"), choices=[(mark, f"12{mark}50") for mark in DECIMAL_MARKS]
    )
    currency = _column(gettext_lazy("Column of the currency"))
    fixed_currency = _column(gettext_lazy("or the account's only currency"))
    payer_name = _column(gettext_lazy("Column of the payer's name"))
    payer_account = _column(gettext_lazy("Column of the payer's account"))
    text = _column(gettext_lazy("Column of the purpose"), gettext_lazy("Several: separated by +."))
    bank_id = _column(gettext_lazy("Column of the bank's own number of the movement"))
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), choices=[_ANY, *((name, name) for name in ENCODINGS)], required=False
    )
    delimiter = forms.ChoiceField(label=gettext_lazy("Separator"), choices=[_ANY, *_DELIMITERS], required=False)

    def __init__(self, *args: Any, account: ProviderAccount, **kwargs: Any) -> None:
        self.account = account
        self.read: Read | None = None
        super().__init__(*args, **kwargs)

    @property
    def mapping(self) -> ColumnMapping | None:
        """What was filled in; None when nothing was, as for a CAMT.053."""
        if not self.cleaned_data.get("date"):
            return None
        return ColumnMapping.kept({name: value for name, value in self.cleaned_data.items() if name != "file"})

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        cleaned = super().clean() or {}
        upload: UploadedFile | None = cleaned.get("file")
        if upload is None or self.errors:
            return cleaned
        if (upload.size or 0) > LARGEST_FILE:
            self.add_error("file", _("The file has more than %(most)s MB.") % {"most": LARGEST_FILE // 1024 // 1024})
            return cleaned
        try:
            self.read = read_statement(self.account, upload.read(), self.mapping)
        except BadStatement as problem:
            self.add_error("file", str(problem))
        return cleaned


def _label(agreement: Agreement, member: Member | None) -> str:
    """Whose agreement it is, about how much, and whether anything has come for it."""
    state = agreement.get_state_display()
    if agreement.state in {Agreement.State.OPEN, Agreement.State.ABANDONED}:
        state = _("nothing has come yet")
    return f"{member or '?'}: {agreement.money} {agreement.get_interval_display()}, {agreement.object_id} ({state})"


class DecideForm(forms.Form):
    """Whose payment a line is, and why. Either one of the proposals or a code."""

    agreement = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=gettext_lazy("Whose payment it is"),
        widget=forms.RadioSelect,
        required=False,
        empty_label=None,
    )
    code = forms.CharField(label=gettext_lazy("or the reference code"), max_length=30, required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, *args: Any, line: StatementLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        proposed = [agreement for agreement in agreements_of(line) if agreement.pk != line.agreement_id]
        members = members_of([agreement.reference for agreement in proposed])
        field: Any = self.fields["agreement"]
        field.queryset = Agreement.objects.filter(pk__in=[agreement.pk for agreement in proposed])
        field.label_from_instance = lambda row: _label(row, members.get(row.reference))
        if not proposed:
            del self.fields["agreement"]
            self.fields["code"].label = _("The reference code")

    def clean(self) -> dict[str, Any]:
        """Find the agreement of the code."""
        cleaned = super().clean() or {}
        text = cleaned.get("code", "").strip()
        if text:
            code = next(find_codes(text), "")
            found = Agreement.objects.filter(account=self.line.account, object_id=code).first() if code else None
            if found is None:
                self.add_error("code", _("No agreement of this bank account has the code %(code)s.") % {"code": text})
            cleaned["agreement"] = found
        elif not cleaned.get("agreement"):
            place = "agreement" if "agreement" in self.fields else "code"
            self.add_error(place, _("Choose whose payment it is, or give the code."))
        return cleaned


class RefuseForm(forms.Form):
    """Why a line is no payment of a member."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class ByHandForm(forms.Form):
    """Money that a member gave in another way."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    account = forms.ModelChoiceField(
        ProviderAccount.objects.none(), label=gettext_lazy("Recorded in"), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it was"), choices=HandEntry.Kind.choices)
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=20)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    paid_on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    tier = forms.ModelChoiceField(Tier.objects.all(), label=gettext_lazy("Tier"), empty_label=None)
    interval = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Price.Interval.choices, initial=Price.Interval.ONCE
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=300, help_text=gettext_lazy("Where the money is, and why it came so.")
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = ProviderAccount.objects.filter(provider="by_hand", is_open=True)

    def clean(self) -> dict[str, Any]:
        """Make money of amount and currency."""
        cleaned = super().clean() or {}
        account: ProviderAccount | None = cleaned.get("account")
        currency = str(cleaned.get("currency", "")).upper()
        if account is not None and currency not in account.currencies:
            self.add_error("currency", _("Recorded here: %(codes)s.") % {"codes": ", ".join(account.currencies)})
        elif "amount" in cleaned:
            try:
                cleaned["money"] = Money.read(cleaned["amount"], currency)
            except BadAmount as problem:
                self.add_error("amount", str(problem))
        return cleaned
