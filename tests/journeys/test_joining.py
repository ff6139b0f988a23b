"""A reader joins: from a story's header over the sandbox's page to the thank-you, the code, the account and the end."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served, wait_until

PHONE = {"width": 360, "height": 740}


def first_story(page: Page) -> None:
    page.goto("/en/")
    page.locator(".card__link").first.click()


def join(page: Page, email: str) -> None:
    """From a story to the payment page: two screens."""
    first_story(page)
    page.locator("a[data-join]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Become a member"))
    page.get_by_role("button", name="Go on").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("What may we call you?").fill("Nino")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url("**/sandbox/**")


def code_in(demo: Served, already: int) -> str:
    """The newest code that the demo's console was sent."""
    codes = wait_until(
        lambda: (
            found if len(found := re.findall(r"^Subject: (\S+) is your code", demo.log, re.MULTILINE)) > already else []
        ),
        "the code by mail",
    )
    return codes[-1]


def test_a_reader_joins_without_javascript_on_a_phone(open_context: OpenContext, demo: Served) -> None:
    page = open_context(demo, viewport=PHONE, java_script_enabled=False).new_page()
    join(page, "without-script@readers.example")
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/join/thanks/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Thank you"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_reader_joins_is_thanked_signs_in_and_cancels(open_context: OpenContext, demo: Served) -> None:
    page = open_context(demo).new_page()
    join(page, "nino@readers.example")
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/join/thanks/**")
    first_story(page)
    expect(page.locator(".strip a[data-join]")).to_have_text("Thank you!")
    page.goto("/account/")
    page.get_by_label("E-mail").fill("nino@readers.example")
    before = len(re.findall(r"^Subject: \S+ is your code", demo.log, re.MULTILINE))
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_in(demo, before))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Hello Nino")).to_be_visible()
    page.locator(".receipts a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Receipt"))
    page.goto("/account/")
    page.get_by_role("link", name="Cancel membership").click()
    page.get_by_role("button", name="Cancel membership").click()
    expect(page.get_by_role("button", name="Stay after all")).to_be_visible()
