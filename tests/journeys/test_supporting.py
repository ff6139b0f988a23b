"""From a story to a member at every provider, and what a member does afterwards, in the demo and a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served, wait_until
from tests.journeys.supporting import (
    A_LOOK_AND_MORE,
    FLITT,
    HIDDEN,
    MEMBERS_STORY,
    SANDBOX,
    STRIPE,
    WALL,
    address_of,
    be_declined,
    counted,
    first_story,
    join,
    link_in,
    mail_about,
    pay,
    say_who,
    sign_in,
)

PHONE = {"width": 360, "height": 740}
PLEDGES = """
    SELECT count(*) FROM membership_pledge AS pledge JOIN membership_member AS member ON member.id = pledge.member_id
    JOIN accounts_user AS person ON person.id = member.user_id WHERE person.email = ?
"""


def becomes(demo: Served, email: str, state: str) -> None:
    """Wait until the pledge of `email` is in this state."""
    asked = f"{PLEDGES} AND pledge.state = '{state}'"
    wait_until(lambda: counted(demo, asked, email), f"the pledge to be {state}", A_LOOK_AND_MORE)


@pytest.mark.parametrize(
    ("way", "options"),
    [
        (SANDBOX, {"viewport": PHONE, "java_script_enabled": False}),
        (STRIPE, {"viewport": PHONE, "java_script_enabled": False}),
        (FLITT, {"viewport": PHONE, "color_scheme": "dark"}),
    ],
    ids=["sandbox", "stripe", "flitt"],
)
def test_from_the_wall_over_a_declined_card_to_the_story_and_the_receipt(
    open_context: OpenContext, demo: Served, way: str, options: dict[str, object]
) -> None:
    email = address_of(way.rpartition(" ")[2].strip(")").lower())
    page = open_context(demo, **options).new_page()
    page.goto(MEMBERS_STORY)
    assert HIDDEN not in page.content()
    page.get_by_role("complementary", name=WALL).get_by_role("link", name="Become a member").click()
    say_who(page, email, way)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    be_declined(page, way)
    pay(page, way)
    page.wait_for_url("**/join/thanks/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you!")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(MEMBERS_STORY)
    expect(page.get_by_text(HIDDEN)).to_be_visible()
    sign_in(page, demo, email)
    page.locator(".receipts a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Receipt"))
    assert counted(demo, f"{PLEDGES} AND pledge.state = 'active'", email) == 1


def test_two_taps_and_the_back_button_make_one_pledge(open_context: OpenContext, demo: Served) -> None:
    email = address_of("impatient")
    page = open_context(demo).new_page()
    page.goto("/join/")
    say_who(page, email)
    page.get_by_role("button", name=re.compile("^Pay")).dblclick(no_wait_after=True)
    page.wait_for_url("**/sandbox/**")
    page.go_back()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url("**/sandbox/**")
    pay(page, SANDBOX)
    page.wait_for_url("**/join/thanks/**")
    page.go_back()
    assert counted(demo, PLEDGES, email) == 1


def test_a_member_changes_pauses_fails_recovers_cancels_and_closes(
    open_context: OpenContext, demo: Served, tmp_path: Path
) -> None:
    email = address_of("stays")
    page = open_context(demo).new_page()
    join(page, email, STRIPE)
    pay(page, STRIPE)
    page.wait_for_url("**/join/thanks/**")
    # Not page.wait_for_function, whose second look the pages' Content Security Policy forbids.
    wait_until(lambda: page.evaluate("localStorage.reader === 'member'"), "the device to know the member")
    first_story(page)
    expect(page.locator(".strip a[data-join]")).to_have_text("Thank you!")
    sign_in(page, demo, email)
    _change_amount(page)
    _pause_and_go_on(page)
    _fail_and_recover(page, demo, email)
    _cancel(page)
    _take_the_data_and_close(page, email)


def _change_amount(page: Page) -> None:
    page.get_by_role("link", name="Change amount").click()
    offer = page.get_by_role("form", name="Reader")
    offer.get_by_label("€10").check()
    offer.get_by_role("button", name="Change").click()
    expect(page.get_by_role("status")).to_contain_text("Changed. It holds from")


def _pause_and_go_on(page: Page) -> None:
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused until")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Pause")).to_be_visible()


def _fail_and_recover(page: Page, demo: Served, email: str) -> None:
    """The card goes bad at the fake, and a month passes there; another card puts it right."""
    page.goto("/fakes/stripe/")
    subscription = page.get_by_role("region", name=email)
    subscription.get_by_role("button", name="Let its card be declined").click()
    expect(subscription.get_by_role("button", name="Let its card pay again")).to_be_visible()
    page.get_by_role("button", name="Let 31 days pass").click()
    becomes(demo, email, "past_due")
    page.goto("/account/")
    expect(page.get_by_text("The last payment did not go through.")).to_be_visible()
    page.get_by_role("button", name="Change card").click()
    pay(page, STRIPE)
    page.wait_for_url("**/account/")
    becomes(demo, email, "active")
    page.goto("/account/")
    expect(page.get_by_text("The last payment did not go through.")).to_have_count(0)


def _cancel(page: Page) -> None:
    page.get_by_role("link", name="Cancel membership").click()
    page.get_by_role("button", name="Cancel membership").click()
    expect(page.get_by_role("button", name="Stay after all")).to_be_visible()


def _take_the_data_and_close(page: Page, email: str) -> None:
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download everything we know of you").click()
    assert email in json.dumps(json.loads(caught.value.path().read_text()))
    page.get_by_role("link", name="Close your account").click()
    page.get_by_label("Yes, close my account and forget me").check()
    page.get_by_role("button", name="Close your account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("closed")


def test_a_gift_is_given_and_opened_once(open_context: OpenContext, demo: Served) -> None:
    giver, buyer, receiver = open_context(demo).new_page(), address_of("giver"), address_of("given")
    giver.goto("/gift/")
    giver.locator("input[name=price]").first.check()
    giver.get_by_label("Your e-mail").fill(buyer)
    giver.get_by_label("Your name, as the gift will show it").fill("Gia")
    giver.get_by_label("A few words").fill("For your long evenings")
    giver.get_by_label(FLITT).check()
    giver.get_by_role("button", name="Go on to pay").click()
    pay(giver, FLITT)
    giver.wait_for_url("**/gift/back/**")
    expect(giver.get_by_role("heading", level=1)).to_have_text("Thank you!")
    code = re.search(r"\b(?:[A-Z0-9]{4}-){2}[A-Z0-9]{4}\b", mail_about(demo, buyer, "Your gift"))
    assert code
    other = open_context(demo, viewport=PHONE).new_page()
    other.goto(f"/gift/redeem/?code={code[0]}")
    other.get_by_label("e-mail").fill(receiver)
    other.get_by_role("button").last.click()
    other.wait_for_url("**/join/thanks/**")
    other.goto(MEMBERS_STORY)
    expect(other.get_by_text(HIDDEN)).to_be_visible()


def test_one_tap_in_a_mail_puts_a_failed_payment_right(open_context: OpenContext, demo: Served) -> None:
    email = "declined@readers.example"
    mail = mail_about(demo, email, "did not go through")
    page = open_context(demo, viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(link_in(mail, "/account/fix/"))
    page.get_by_role("button", name="To the payment page").click()
    page.get_by_role("button", name="A card that pays").click()
    page.wait_for_url("**/join/thanks/**")
    becomes(demo, email, "active")
    page.goto(link_in(mail, "/account/fix/"))
    expect(page.get_by_role("status")).to_contain_text("There is nothing to put right any more")
