"""What one can join in the demo: two tiers, and every way to pay, none of which moves money."""

from __future__ import annotations

from standfirst.membership.models import MembershipTerms, Price, Tier, TierText
from standfirst.payments.models import ProviderAccount

EVERY_STORY = {
    "en": "Every story, also those for members",
    "ru": "Все материалы, в том числе для участников",
    "ka": "ყველა სტატია, მათ შორის წევრებისთვის განკუთვნილი",
    "hy": "Բոլոր նյութերը, այդ թվում՝ անդամների համար նախատեսվածները",
    "az": "Bütün materiallar, o cümlədən üzvlər üçün olanlar",
    "fa": "همه‌ی مطالب، از جمله مطالب ویژه‌ی اعضا",
}
READER = {
    "en": ("Reader", "Thanks to you, our reporting stays open to everybody."),
    "ru": ("Читатель", "Благодаря вам наши материалы остаются открытыми для всех."),
    "ka": ("მკითხველი", "თქვენი წყალობით ჩვენი სტატიები ყველასთვის ღიაა."),
    "hy": ("Ընթերցող", "Ձեր շնորհիվ մեր նյութերը բաց են բոլորի համար։"),
    "az": ("Oxucu", "Sizin sayənizdə materiallarımız hamı üçün açıq qalır."),
    "fa": ("خواننده", "به لطف شما مطالب ما برای همه باز می‌ماند."),
}
SUPPORTER = {
    "en": ("Supporter", "For whoever can carry others, too."),
    "ru": ("Друг", "Для тех, кто может поддержать и других."),
    "ka": ("მხარდამჭერი", "მათთვის, ვისაც სხვების დახმარებაც შეუძლია."),
    "hy": ("Աջակից", "Նրանց համար, ովքեր կարող են օգնել նաև ուրիշներին։"),
    "az": ("Dəstəkçi", "Başqalarına da dəstək ola bilənlər üçün."),
    "fa": ("حامی", "برای کسانی که می‌توانند یاریگر دیگران هم باشند."),
}
TIERS = (("reader", 1, 1, READER), ("supporter", 2, 3, SUPPORTER))
"""Slug, rank, how many times the amounts, and name and summary by language."""
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
    for position, (slug, rank, factor, texts) in enumerate(TIERS):
        tier, _is_new = Tier.objects.get_or_create(
            slug=slug, defaults={"name": texts["en"][0], "rank": rank, "position": position}
        )
        for language, (name, summary) in texts.items():
            words = {"name": name, "summary": summary, "benefits": [EVERY_STORY[language]]}
            TierText.objects.get_or_create(tier=tier, language=language, defaults=words)
        for currency, amounts in MONTHLY.items():
            _price(tier, currency, Price.Interval.MONTH, [amount * factor for amount in amounts])
            yearly = [amount * factor * MONTHS_PAID_OF_A_YEAR for amount in amounts]
            _price(tier, currency, Price.Interval.YEAR, yearly)
            _price(tier, currency, Price.Interval.ONCE, yearly)
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
