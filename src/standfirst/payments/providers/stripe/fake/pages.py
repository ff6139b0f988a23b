"""Stripe's pages for payers: plain, and clearly not Stripe's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape

from standfirst.payments.providers import fake_program
from standfirst.payments.providers.stripe.fake.objects import Json

CHOICES = (
    ("pays", "The card pays"),
    ("declines", "The card is declined"),
    ("needs_confirmation", "The bank asks for confirmation (3-D Secure)"),
    ("pays_later", "A debit: the money comes in three days"),
)
OVER = frozenset({"canceled", "incomplete_expired"})
"""States of subscriptions for which nothing happens any more."""
NOTICE = "Not Stripe. A stand-in for demonstration: no money moves."


def _page(title: str, body: str, level: int = 2) -> bytes:
    return fake_program.page(title, body, notice=NOTICE, level=level)


def _form(buttons: str) -> str:
    """A form that is sent to the page's own address, wherever the fake is shown."""
    return f'<form method="post">{buttons}</form>'


def _button(name: str, value: str, label: str) -> str:
    return f'<p><button name="{name}" value="{value}">{escape(label)}</button></p>'


def pay(row: Json, *, declined: bool = False) -> bytes:
    """Where a payer gives a card."""
    title = "Give another card" if row["mode"] == "setup" else f"Pay {_amount(row)}"
    told = '<p class="alert" role="alert">The card was declined. Try another.</p>' if declined else ""
    buttons = "".join(_button("card", value, label) for value, label in CHOICES)
    back = f'<p><a href="{escape(row["cancel_url"] or "", quote=True)}">Back</a></p>'
    return _page(title, told + _form(buttons) + back)


def bank() -> bytes:
    """Where the bank asks."""
    buttons = _button("bank", "yes", "Confirm") + _button("bank", "no", "Refuse")
    return _page("Your bank asks: is it you?", _form(buttons))


def over(row: Json) -> bytes:
    """A page whose time is over, or that was used."""
    return _page("This page is over", f"<p>It is {escape(row['status'])}. Nothing was taken again.</p>")


def portal(row: Json, subscriptions: list[Json]) -> bytes:
    """Where a customer looks after subscriptions."""
    parts = [
        f"<h2>{escape(one['id'])}: {escape(one['status'])}</h2>"
        + _form(_button("cancel", one["id"], "Cancel at the end of the period"))
        for one in subscriptions
    ]
    cards = "".join(_button("card", value, label) for value, label in CHOICES if value != "pays_later")
    body = "".join(parts) + "<h2>Another card</h2>" + _form(cards)
    back = f'<p><a href="{escape(row["return_url"] or "", quote=True)}">Back</a></p>'
    return _page("Your memberships", body + back)


def everything(now: int, subscriptions: list[Json], emails: Mapping[str, str], behaviours: Mapping[str, str]) -> bytes:
    """What a person who shows the fake may let happen: time passes, cards become bad or good."""
    day = datetime.fromtimestamp(now, UTC).strftime("%-d %B %Y")
    parts = [f"<p>Here it is {day}.</p>", _form(_button("days", "31", "Let 31 days pass"))]
    for one in subscriptions:
        card = behaviours.get(one["default_payment_method"] or "", "pays")
        parts.append(_subscription(one, emails.get(one["customer"]) or one["customer"], card))
    return _page("What this stand-in knows", "".join(parts), level=0)


def _subscription(row: Json, payer: str, card: str) -> str:
    other = ("declines", "Let its card be declined") if card == "pays" else ("pays", "Let its card pay again")
    name = escape(row["id"], quote=True)
    said = (
        f'<h2 id="{name}">{escape(payer)}</h2><p>{escape(row["status"])}; the card {escape(card.replace("_", " "))}</p>'
    )
    form = _form(f'<input type="hidden" name="subscription" value="{name}">' + _button("behaviour", *other))
    return f'<section aria-labelledby="{name}">{said}{form}</section>'


def _amount(row: Json) -> str:
    """As a payer reads it. The fake knows no currency without decimals: who pays sees the amount of a demo."""
    return f"{row['amount_total'] / 100:.2f} {row['currency'].upper()}"
