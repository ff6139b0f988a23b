"""What readers fill in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, cast

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from standfirst.accounts.models import User
from standfirst.kit.money import BadAmount, Money
from standfirst.membership.flows.offers import MOST, Wish
from standfirst.membership.join_names import known
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Price, Tier
from standfirst.membership.signing_in import know_user
from standfirst.membership.tasks import forget_stranger
from standfirst.payments.models import ProviderAccount

OTHER = "other"
UNFORGOTTEN_HOURS = 24


class WishForm(forms.Form):
    """Tier, interval and amount: one of those suggested, or any other down to the minimum."""

    tier = forms.SlugField()
    currency = forms.CharField(max_length=3)
    interval = forms.ChoiceField(choices=Price.Interval.choices)
    amount = forms.CharField(max_length=20, required=False)
    other = forms.CharField(max_length=20, required=False)
    source = forms.CharField(required=False)

    def clean_source(self) -> JoinSource:
        return known(JoinSource.parse(self.cleaned_data["source"]))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        price = Price.objects.filter(
            tier__slug=found["tier"], currency=found["currency"], interval=found["interval"], is_open=True
        )
        kept = price.filter(tier__is_open=True).select_related("tier").first()
        if kept is None:
            raise forms.ValidationError(_("This is not offered any more. Choose again."))
        self.wish = Wish(kept, self._money(kept))
        return found

    def _money(self, price: Price) -> Money:
        """The amount that was written, else the one that was chosen."""
        given = self.cleaned_data["other"] or self.cleaned_data["amount"]
        language = get_language() or "en"
        try:
            money = Money.read("" if given == OTHER else given, price.currency)
        except BadAmount as error:
            raise forms.ValidationError(_("Write the amount as a number, for example 12 or 12.50.")) from error
        if money.amount < price.minimum:
            least = Money(price.minimum, price.currency).format(language)
            raise forms.ValidationError(_("The least that is possible here is {amount}.").format(amount=least))
        if money.amount > MOST:
            most = Money(MOST, price.currency).format(language)
            raise forms.ValidationError(
                _("More than {amount} we would rather talk about: please write to us.").format(amount=most)
            )
        return money


class WhoForm(forms.Form):
    """Who joins, and how they pay. `number` makes two taps on the button one pledge."""

    number = forms.UUIDField(widget=forms.HiddenInput)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For your receipt, and to sign in. Nobody else gets it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pseudonym = forms.CharField(
        label=_("What may we call you?"),
        required=False,
        max_length=80,
        help_text=_("A pseudonym is fine, and so is nothing."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    account = forms.ChoiceField(label=_("How do you want to pay?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, accounts: list[ProviderAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {str(account.pk): account for account in accounts}
        if len(accounts) > 1:
            choice = cast(forms.ChoiceField, self.fields["account"])
            choice.choices = [
                (number, account.payer_label or account.label) for number, account in self.accounts.items()
            ]
            choice.required = True
            self.initial.setdefault("account", next(iter(self.accounts)))
        else:
            del self.fields["account"]

    @property
    def chosen(self) -> ProviderAccount | None:
        """The account to pay through; `None` when there is nothing to pay."""
        named = self.cleaned_data.get("account", "")
        return self.accounts.get(named) or next(iter(self.accounts.values()), None)


class SignInForm(RequestLoginCodeForm):
    """The address that a code is sent to.

    An identity is made for an address that nobody has, so that the answer is the same for every address; it is gone
    after a day unless its owner came. For staff nothing is sent: their door is another one.
    """

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not email:
            return email
        known = User.objects.filter(email=email.lower()).first()
        if known is None:
            known = self._newcomer(email)
        is_reader = known.is_active and not known.is_staff and not known.is_superuser
        self._user: User | None = known if is_reader else None
        return email

    def _newcomer(self, email: str) -> User:
        user = know_user(email)
        forget_stranger.using(run_after=timezone.now() + timedelta(hours=UNFORGOTTEN_HOURS)).enqueue(user.pk)
        return user


class ProfileForm(forms.Form):
    """What a reader wants to be called, and in which language mails come."""

    pseudonym = forms.CharField(
        label=_("What may we call you?"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(label=_("Language of our mails"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["language"])
        choice.choices = settings.LANGUAGES


class CancelForm(forms.Form):
    """Why somebody leaves, if they care to say."""

    reason = forms.CharField(
        label=_("Would you tell us why?"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not. Whatever you write helps us."),
    )


class PauseForm(forms.Form):
    """For how long somebody pauses."""

    months = forms.TypedChoiceField(
        label=_("Pause for"),
        coerce=int,
        choices=[(1, _("one month")), (2, _("two months")), (3, _("three months")), (6, _("half a year"))],
        initial=1,
    )


class CloseForm(forms.Form):
    """That somebody means it."""

    sure = forms.BooleanField(label=_("Yes, close my account and forget me"))


class GiftForm(forms.Form):
    """A membership for somebody else."""

    number = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.CharField(required=False, widget=forms.HiddenInput)
    price = forms.ModelChoiceField(
        label=_("What do you give?"), queryset=Price.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    giver_email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("For your receipt."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    giver_name = forms.CharField(
        label=_("Your name, as the gift will show it"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    recipient_email = forms.EmailField(
        label=_("E-mail of whoever gets it"),
        required=False,
        help_text=_("Leave it empty to hand over the code yourself."),
    )
    recipient_name = forms.CharField(label=_("Their name"), required=False, max_length=80)
    message = forms.CharField(
        label=_("A few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    deliver_on = forms.DateField(
        label=_("Send it on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    account = forms.ChoiceField(label=_("How do you want to pay?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, currency: str, accounts: list[ProviderAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prices = cast(forms.ModelChoiceField, self.fields["price"])
        offered = Price.objects.filter(is_open=True, tier__in=Tier.objects.filter(is_open=True), currency=currency)
        prices.queryset = offered.filter(interval=Price.Interval.YEAR, amount__gt=0).select_related("tier")
        prices.initial = prices.queryset.first()
        prices.label_from_instance = _price_label  # type: ignore[method-assign, assignment]
        self.accounts = {str(account.pk): account for account in accounts}
        if len(accounts) > 1:
            choice = cast(forms.ChoiceField, self.fields["account"])
            choice.choices = [(number, one.payer_label or one.label) for number, one in self.accounts.items()]
            choice.required = True
            self.initial.setdefault("account", next(iter(self.accounts)))
        else:
            del self.fields["account"]

    def clean_source(self) -> str:
        return str(known(JoinSource.parse(self.cleaned_data["source"])))

    def clean_deliver_on(self) -> Any:
        day, today = self.cleaned_data["deliver_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=366):
            raise forms.ValidationError(_("Choose a day between today and a year from now."))
        return day

    @property
    def chosen(self) -> ProviderAccount | None:
        """The account to pay through."""
        named = self.cleaned_data.get("account", "")
        return self.accounts.get(named) or next(iter(self.accounts.values()), None)


class RedeemForm(forms.Form):
    """The code of a gift, and who opens it."""

    code = forms.CharField(label=_("The code of your gift"), max_length=20)
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("To sign in with. Nobody else gets it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pseudonym = forms.CharField(
        label=_("What may we call you?"),
        required=False,
        max_length=80,
        help_text=_("A pseudonym is fine, and so is nothing."),
    )

    def clean_code(self) -> str:
        letters = re.sub(r"[^A-Z0-9]", "", self.cleaned_data["code"].upper())
        return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _price_label(price: Any) -> str:
    language = get_language() or "en"
    return f"{price.tier.text(language).name}, {price.money.format(language)}"
