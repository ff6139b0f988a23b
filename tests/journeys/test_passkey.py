"""A reader adds a passkey on a telephone, signs in with it and takes it away: Chromium with a virtual authenticator."""

from __future__ import annotations

import re

from playwright.sync_api import CDPSession, Page, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served, wait_until

PHONE = {"width": 360, "height": 740}
EMAIL = "passkey@readers.example"


def with_authenticator(page: Page) -> CDPSession:
    """Give `page` a device with a finger on it, as a telephone is."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def sign_in_by_code(page: Page, demo: Served) -> None:
    page.get_by_label("E-mail").fill(EMAIL)
    before = len(re.findall(r"^Subject: \S+ is your code", demo.log, re.MULTILINE))
    page.get_by_role("button", name="Send me a code").click()
    codes = wait_until(
        lambda: (
            found if len(found := re.findall(r"^Subject: (\S+) is your code", demo.log, re.MULTILINE)) > before else []
        ),
        "the code by mail",
    )
    page.get_by_label("Code").fill(codes[-1])
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_reader_adds_a_passkey_signs_in_with_it_and_removes_it(open_context: OpenContext, demo: Served) -> None:
    # A passkey belongs to a name: browsers give none to a site that is only a number.
    site = f"http://localhost:{demo.port}"
    page = open_context(demo, base_url=site, viewport=PHONE).new_page()
    with_authenticator(page)
    page.goto("/account/passkeys/?lang=en")
    sign_in_by_code(page, demo)
    expect(page.get_by_role("heading", name="Passkeys")).to_be_visible()
    page.get_by_label("Name of the device").fill("Red telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added")).to_be_visible()
    expect(page.locator(".receipts").get_by_text("Red telephone")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/sign-in/?lang=en")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/")
    page.goto("/accounts/2fa/")
    expect(page).to_have_url(f"{site}/account/")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed")).to_be_visible()
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/sign-in/?lang=en")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("is not known here")).to_be_visible()
