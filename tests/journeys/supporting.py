"""What a reader does to support the demo newsroom: joins, pays at each provider's page, signs in by a code."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from email.header import decode_header, make_header
from secrets import token_hex

from playwright.sync_api import Page, expect
from tests.journeys.serving import Served, wait_until

SANDBOX, STRIPE, FLITT, BANK = "Sandbox", "Card (a stand-in for Stripe)", "Card (a stand-in for Flitt)", "Bank transfer"
GOOD_CARD, BAD_CARD = "4444555511116666", "4444111155556666"
MEMBERS_STORY = "/en/georgia/enguri-dam/"
HIDDEN = "keeps two telephones"
"""Words of the part of that story that only members read."""
WALL = "The rest of this story is for members"
A_LOOK_AND_MORE = 150.0
"""Seconds: who is late is looked for every few seconds, and a busy machine takes its time."""


def address_of(name: str) -> str:
    """An address that nobody has used: a second try is somebody else, who has not joined yet."""
    return f"{name}-{token_hex(4)}@readers.example"


def first_story(page: Page) -> None:
    """From the front page to its first story."""
    page.goto("/en/")
    page.locator(".card__link").first.click()


def say_who(page: Page, email: str, way: str = SANDBOX) -> None:
    """Take the first offer and say who joins; what is left is to press the button."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Become a member"))
    page.get_by_role("button", name="Go on").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("What may we call you?").fill("Nino")
    page.get_by_label(way).check()
    expect(page.get_by_role("note")).to_contain_text("No payment is real")


def join(page: Page, email: str, way: str = SANDBOX) -> None:
    """From a story to the provider's page: two screens."""
    first_story(page)
    page.locator("a[data-join]").first.click()
    say_who(page, email, way)
    page.get_by_role("button", name=re.compile("^Pay")).click()


def be_declined(page: Page, way: str) -> None:
    """Try a card that the bank declines; the provider's page says so, and lets one try again."""
    if way == FLITT:
        page.get_by_label(BAD_CARD).check()
        page.get_by_role("button", name=re.compile("^Pay")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The order is declined.")
        page.goto(page.url)
        expect(page.get_by_role("alert")).to_contain_text("declined")
    else:
        page.get_by_role("button", name="The card is declined").click()
        expect(page.get_by_role("alert")).to_contain_text("declined")


def pay(page: Page, way: str) -> None:
    """Pay on the provider's page, with a card that is good."""
    if way == FLITT:
        page.get_by_label(GOOD_CARD).check()
        page.get_by_role("button", name=re.compile("^Pay")).click()
        page.get_by_role("button", name="Back to the shop").click()
    else:
        page.get_by_role("button", name="The card pays" if way == STRIPE else "Pay", exact=True).click()


def sign_in(page: Page, demo: Served, email: str) -> None:
    """Through the readers' door, with the code that the mail brings."""
    page.goto("/account/")
    page.get_by_label("E-mail").fill(email)
    before = len(_codes(demo, email))
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(wait_until(lambda: _codes(demo, email)[before:], "the code by mail")[-1])
    page.get_by_role("button", name="Sign in", exact=True).click()


def _codes(demo: Served, email: str) -> list[str]:
    found = (re.search(r"^Subject: (\S+) is your code", mail, re.MULTILINE) for mail in demo.mails_to(email))
    return [one[1] for one in found if one]


def mail_about(demo: Served, email: str, subject: str) -> str:
    """The newest mail to an address whose subject has these words; waits for it."""

    def about() -> list[str]:
        return [mail for mail in demo.mails_to(email) if subject in _subject_of(mail)]

    return wait_until(about, f"a mail to {email}: {subject}", A_LOOK_AND_MORE)[-1]


def _subject_of(mail: str) -> str:
    """In words: an amount in euro makes the header an encoded one."""
    found = re.search(r"^Subject: (.+(?:\n .+)*)", mail, re.MULTILINE)
    return str(make_header(decode_header(found[1]))) if found else ""


def link_in(mail: str, part: str) -> str:
    """The first path in a mail that begins with `part`."""
    found = re.search(rf"https?://[^/\s]+({re.escape(part)}\S*)", mail)
    assert found, f"no address with {part} in {mail}"
    return found[1]


def counted(demo: Served, question: str, *values: str) -> int:
    """Ask the newsroom's database how many there are."""
    with closing(sqlite3.connect(f"file:{demo.home / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        return int(database.execute(question, values).fetchone()[0])
