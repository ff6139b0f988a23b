"""Stripe's pages for payers: plain, and clearly not Stripe's."""

from __future__ import annotations

from html import escape

from standfirst.payments.providers.stripe.fake.objects import Json

CHOICES = (
    ("pays", "The card pays"),
    ("declines", "The card is declined"),
    ("needs_confirmation", "The bank asks for confirmation (3-D Secure)"),
    ("pays_later", "A debit: the money comes in three days"),
)
_FRAME = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<body><main><p><strong>Not Stripe.</strong> A stand-in for demonstration: no money moves.</p>
<h1>{title}</h1>{body}</main></body></html>"""


def _page(title: str, body: str) -> str:
    return _FRAME.format(title=escape(title), body=body)


def _form(action: str, buttons: str) -> str:
    return f'<form method="post" action="{escape(action, quote=True)}">{buttons}</form>'


def _button(name: str, value: str, label: str) -> str:
    return f'<p><button name="{name}" value="{value}">{escape(label)}</button></p>'


def pay(row: Json, *, declined: bool = False) -> str:
    """Where a payer gives a card."""
    title = "Give another card" if row["mode"] == "setup" else f"Pay {row['amount_total']} {row['currency'].upper()}"
    told = '<p role="alert">The card was declined. Try another.</p>' if declined else ""
    buttons = "".join(_button("card", value, label) for value, label in CHOICES)
    back = f'<p><a href="{escape(row["cancel_url"] or "", quote=True)}">Back</a></p>'
    return _page(title, told + _form(f"/c/pay/{row['id']}", buttons) + back)


def bank(row: Json) -> str:
    """Where the bank asks."""
    buttons = _button("bank", "yes", "Confirm") + _button("bank", "no", "Refuse")
    return _page("Your bank asks: is it you?", _form(f"/c/pay/{row['id']}", buttons))


def over(row: Json) -> str:
    """A page whose time is over, or that was used."""
    return _page("This page is over", f"<p>The session is {escape(row['status'])}. Nothing was taken again.</p>")


def portal(row: Json, subscriptions: list[Json]) -> str:
    """Where a customer looks after subscriptions."""
    parts = [
        f"<h2>{escape(one['id'])}: {escape(one['status'])}</h2>"
        + _form(f"/p/session/{row['id']}", _button("cancel", one["id"], "Cancel at the end of the period"))
        for one in subscriptions
    ]
    cards = "".join(_button("card", value, label) for value, label in CHOICES if value != "pays_later")
    body = "".join(parts) + "<h2>Another card</h2>" + _form(f"/p/session/{row['id']}", cards)
    back = f'<p><a href="{escape(row["return_url"] or "", quote=True)}">Back</a></p>'
    return _page("Your memberships", body + back)
