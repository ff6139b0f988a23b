"""What one can join in the demo: two tiers, and every way to pay, none of which moves money."""

from __future__ import annotations

from standfirst.membership.models import MembershipTerms, Price, Tier, TierText
from standfirst.payments.models import ProviderAccount

TIERS = (
    ("reader", 1, 1, {"en": "Reader", "ru": "Читатель", "ka": "მკითხველი", "hy": "Ընթերցող", "az": "Oxucu"}),
    ("supporter", 2, 3, {"en": "Supporter", "ru": "Друг", "ka": "მხარდამჭერი", "hy": "Աջակից", "az": "Dəstəkçi"}),
)
"""Slug, rank, how many times the amounts, and names by language."""
MONTHLY = {"GEL": (600, 1200, 2400, 5000), "EUR": (300, 500, 1000, 2000)}
"""Suggested amounts in minor units; the second is the price."""
MONTHS_PAID_OF_A_YEAR = 10
NOBODY = "http://127.0.0.1:0"
"""Where no fake listens yet; the command that serves the demo writes down where it does."""
ACCOUNTS: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    ("sandbox", "Sandbox", {}, {}),
    (
        "stripe",
        "Card (a stand-in for Stripe)",
        {"fake": NOBODY},
        {"secret_key": "sk_test_fake", "webhook_secret": "whsec_fake"},
    ),
    ("flitt", "Card (a stand-in for Flitt)", {"fake": NOBODY, "merchant_id": "1000000"}, {"payment_key": "fake"}),
    (
        "bank",
        "Bank transfer (an invented bank)",
        {"holder": "Ridgeline (invented)", "bank": "Bank of Ridgeline (invented)", "number": "GE51RL0000000000000001"},
        {},
    ),
)
"""Provider, name, settings and keys, all of them invented; the keys are those that the fakes take."""


def offer_membership() -> None:
    """Make tiers with prices, and the sandbox; all of it once."""
    MembershipTerms.objects.get_or_create(
        pk=1, defaults={"goal": 400, "currencies": {"en": ["EUR", "GEL"], "ka": ["GEL", "EUR"], "ru": ["GEL", "EUR"]}}
    )
    for position, (slug, rank, factor, names) in enumerate(TIERS):
        tier, _is_new = Tier.objects.get_or_create(
            slug=slug, defaults={"name": names["en"], "rank": rank, "position": position}
        )
        for language, name in names.items():
            TierText.objects.get_or_create(tier=tier, language=language, defaults={"name": name})
        for currency, amounts in MONTHLY.items():
            _price(tier, currency, Price.Interval.MONTH, [amount * factor for amount in amounts])
            yearly = [amount * factor * MONTHS_PAID_OF_A_YEAR for amount in amounts]
            _price(tier, currency, Price.Interval.YEAR, yearly)
    for position, (provider, label, settings, secrets) in enumerate(ACCOUNTS):
        _account(provider, position, label, settings, secrets)


def _account(provider: str, position: int, label: str, settings: dict[str, str], secrets: dict[str, str]) -> None:
    if ProviderAccount.objects.filter(provider=provider).exists():
        return
    account = ProviderAccount(
        provider=provider,
        label=label,
        position=position,
        currencies=list(MONTHLY),
        is_test=True,
        settings=settings,
    )
    if secrets:
        account.keep_secrets(**secrets)
    account.save()


def _price(tier: Tier, currency: str, interval: Price.Interval, suggested: list[int]) -> None:
    Price.objects.get_or_create(
        tier=tier,
        currency=currency,
        interval=interval,
        defaults={"amount": suggested[1], "minimum": 0, "suggested": suggested},
    )
