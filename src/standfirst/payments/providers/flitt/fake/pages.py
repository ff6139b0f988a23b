"""The fake's card page, as plain as possible: it works without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from standfirst.payments.providers import fake_program
from standfirst.payments.providers.flitt.fake.world import CARDS, FakeOrder

NOTICE = "This is not Flitt. It is a stand-in for demonstrations and tests; no money moves."
ASKED = "Your bank asks whether it is you."


def choose_card(order: FakeOrder) -> bytes:
    """The page on which the payer chooses a card instead of typing one."""
    cards = "".join(
        f'<p><label><input type="radio" name="card" value="{card}"{" checked" if at == 0 else ""}> '
        f"{card} ({escape(outcome)})</label></p>"
        for at, (card, outcome) in enumerate(CARDS.items())
    )
    again = (
        '<p class="alert" role="alert">The card was declined. Try another.</p>' if order.status == "declined" else ""
    )
    form = f'<form method="post">{again}{cards}<button>Pay {_amount(order)}</button></form>'
    return page(str(order.asked["order_desc"]), form + back(order, {}, "Back without paying"))


def confirm(order: FakeOrder, card: str) -> bytes:
    """The bank's question."""
    hidden = f'<input type="hidden" name="card" value="{escape(card)}"><input type="hidden" name="confirmed" value="1">'
    return page(ASKED, f'<form method="post">{hidden}<button>It is me: pay {_amount(order)}</button></form>')


def done(order: FakeOrder, said: Mapping[str, object]) -> bytes:
    """What became of it, with the way back, which Flitt posts along with the order's values."""
    return page(f"The order is {order.status}.", back(order, said, "Back to the shop"))


def everything(orders: Iterable[FakeOrder], cards: Mapping[str, str]) -> bytes:
    """What a person who shows the fake may let happen: cards that are collected from become bad or good."""
    parts = [_of_card(order, cards[order.token]) for order in orders if order.token in cards]
    nothing = "<p>No card is kept here yet: nobody has agreed to pay again and again.</p>"
    return fake_program.page("What this stand-in knows", "".join(parts) or nothing, notice=NOTICE, level=0)


def _of_card(order: FakeOrder, card: str) -> str:
    is_good = CARDS[card].endswith("approved")
    what, label = ("spoil", "Let its card be declined") if is_good else ("mend", "Let its card pay again")
    hidden = f'<input type="hidden" name="order_id" value="{escape(order.name)}">'
    said = f"<h2>{escape(str(order.asked['order_desc']))}, {_amount(order)}: the card ends in {card[-4:]}</h2>"
    return f'{said}<form method="post">{hidden}<button name="what" value="{what}">{label}</button></form>'


def page(heading: str, content: str) -> bytes:
    """A whole page."""
    return fake_program.page(heading, content, notice=NOTICE, level=2)


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
