"""What staff fill in about a member. Whatever touches money or membership asks why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.kit.money import BadAmount, Money
from standfirst.membership.actions.give_membership import MOST_MONTHS
from standfirst.membership.desk.finding import matching
from standfirst.membership.models import Member, Tier
from standfirst.payments.models import Payment


class Reasoned(forms.Form):
    """A form that asks for a reason, last."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))
    field_order: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])


class NoteForm(forms.Form):
    """Something to remember about a member."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class RefundForm(Reasoned):
    """How much of a payment to give back."""

    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=20)

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        self.payment = payment
        super().__init__(*args, initial={"amount": payment.returnable.decimal}, **kwargs)
        self.fields["amount"].help_text = _("In %(currency)s. At most %(most)s is left of this payment.") % {
            "currency": payment.currency,
            "most": payment.returnable,
        }

    def clean_amount(self) -> Money:
        """The amount in the payment's currency."""
        try:
            return Money.read(self.cleaned_data["amount"], self.payment.currency)
        except BadAmount as error:
            raise ValidationError(str(error)) from error


class GiveForm(Reasoned):
    """A membership that nobody pays for."""

    tier = forms.ModelChoiceField(Tier.objects.all(), label=gettext_lazy("Tier"))
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=MOST_MONTHS, initial=12)


class MergeForm(Reasoned):
    """Which other member is the same person."""

    other = forms.CharField(
        label=gettext_lazy("The other member"),
        max_length=255,
        help_text=gettext_lazy("E-mail address or number. That member's pledges, payments and notes come here."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def clean_other(self) -> Member:
        """The one other member who is known by exactly what was written."""
        text = self.cleaned_data["other"].strip()
        found = list(matching(text).exclude(pk=self.member.pk)[:20])
        exact = [member for member in found if text.lower() in {member.email.lower(), str(member.number)}]
        if len(exact) != 1:
            raise ValidationError(_("No other member is known by “%(text)s”.") % {"text": text})
        return exact[0]
