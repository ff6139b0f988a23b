"""The fake's card page, as plain as possible: it works without script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from standfirst.payments.providers.flitt.fake.world import CARDS, FakeOrder

NOTICE = "This is not Flitt. It is a stand-in for demonstrations and tests; no money moves."
ASKED = "Your bank asks whether it is you."


def choose_card(order: FakeOrder) -> str:
    """The page on which the payer chooses a card instead of typing one."""
    cards = "".join(
        f'<p><label><input type="radio" name="card" value="{card}"{" checked" if at == 0 else ""}> '
        f"{card} ({escape(outcome)})</label></p>"
        for at, (card, outcome) in enumerate(CARDS.items())
    )
    again = "<p>The card was declined. Try another.</p>" if order.status == "declined" else ""
    form = f'<form method="post">{again}{cards}<button>Pay {_amount(order)}</button></form>'
    return page(str(order.asked["order_desc"]), form + back(order, {}, "Back without paying"))


def confirm(order: FakeOrder, card: str) -> str:
    """The bank's question."""
    hidden = f'<input type="hidden" name="card" value="{escape(card)}"><input type="hidden" name="confirmed" value="1">'
    return page(ASKED, f'<form method="post">{hidden}<button>It is me: pay {_amount(order)}</button></form>')


def done(order: FakeOrder, said: Mapping[str, object]) -> str:
    """What became of it, with the way back, which Flitt posts along with the order's values."""
    return page(f"The order is {order.status}.", back(order, said, "Back to the shop"))


def page(heading: str, content: str) -> str:
    """A whole page."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Not Flitt</title></head>'
        f"<body><p><strong>{NOTICE}</strong></p><h1>{escape(heading)}</h1>{content}</body></html>"
    )


def back(order: FakeOrder, said: Mapping[str, object], label: str) -> str:
    """A form that leads to the shop."""
    url = str(order.asked.get("response_url") or "")
    if not url:
        return ""
    values = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">' for name, value in said.items()
    )
    return f'<form method="post" action="{escape(url)}">{values}<button>{escape(label)}</button></form>'


def _amount(order: FakeOrder) -> str:
    return f"{order.amount / 100:.2f} {escape(str(order.asked['currency']))}"
