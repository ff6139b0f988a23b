"""Signing in: the second factor, recovery codes, the lock after too many attempts, sessions, a forgotten password."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.journeys.conftest import SIGN_IN, OpenContext, fill_password, fill_sign_in
from tests.journeys.people import FORGETFUL, NEWCOMER, PASSWORD, REPORTER, TARGET, one_time_code
from tests.journeys.serving import Served, wait_until

ALLOWED_FAILURES = 5


def test_a_publisher_sets_up_a_second_factor_before_the_desk_opens(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom).new_page()
    page.goto("/desk/")
    fill_password(page, NEWCOMER)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.goto("/desk/pages/")
    expect(page.get_by_text("Your role needs a second factor").first).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_role("textbox", name="Authenticator secret").input_value()
    page.get_by_role("textbox", name="Authenticator code").fill("000000")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("Incorrect code").first).to_be_visible()
    page.get_by_role("textbox", name="Authenticator code").fill(one_time_code(secret))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/recovery-codes/**")
    codes = page.get_by_role("textbox", name="Unused codes").input_value().split()
    assert len(codes) == 10
    page.goto("/desk/")
    expect(page.get_by_role("region", name="Published")).to_be_visible()
    sign_in_with_recovery_code(open_context(newsroom).new_page(), codes[0])
    refused = open_context(newsroom).new_page()
    refused.goto("/desk/")
    fill_password(refused, NEWCOMER)
    refused.get_by_role("textbox", name="Code").fill(codes[0])
    refused.get_by_role("button", name=SIGN_IN).click()
    expect(refused.get_by_text("Incorrect code").first).to_be_visible()


def sign_in_with_recovery_code(page: Page, code: str) -> None:
    """A code is as good as the app, once."""
    page.goto("/desk/")
    fill_password(page, NEWCOMER)
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name=SIGN_IN).click()
    page.wait_for_url("**/desk/")


def test_too_many_wrong_passwords_lock_the_account_for_everybody(open_context: OpenContext, newsroom: Served) -> None:
    context = open_context(newsroom)
    context.watch.expected.add(429)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/accounts/login/")
    for attempt in range(ALLOWED_FAILURES):
        fill_password(page, TARGET, f"wrong password {attempt}")
        expect(page.get_by_text("not correct").first).to_be_visible()
    fill_password(page, TARGET)
    expect(page.get_by_text(re.compile("Too many")).first).to_be_visible()
    page.goto("/desk/")
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()


def test_a_session_elsewhere_is_listed_and_ended(open_context: OpenContext, newsroom: Served) -> None:
    elsewhere = open_context(newsroom, user_agent="An old telephone").new_page()
    elsewhere.goto("/desk/")
    fill_sign_in(elsewhere, FORGETFUL)
    here = open_context(newsroom).new_page()
    here.goto("/desk/")
    fill_sign_in(here, FORGETFUL)
    here.goto("/accounts/sessions/")
    expect(here.get_by_text("An old telephone").first).to_be_visible()
    here.get_by_role("button", name=re.compile("Sign Out Other Sessions", re.IGNORECASE)).click()
    expect(here.get_by_text("An old telephone")).to_have_count(0)
    elsewhere.goto("/desk/")
    expect(elsewhere.get_by_role("button", name=SIGN_IN)).to_be_visible()


def test_a_forgotten_password_is_set_anew_by_mail(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom).new_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_role("textbox", name="Email").fill("nobody@ridgeline.example")
    page.locator("main form button[type=submit]").first.click()
    answer_to_a_stranger = page.locator("main").inner_text()
    page.goto("/accounts/password/reset/")
    page.get_by_role("textbox", name="Email").fill(FORGETFUL.email)
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("main").inner_text() == answer_to_a_stranger
    mail = wait_until(lambda: newsroom.mails_to(FORGETFUL.email), "the mail with the link")[-1]
    assert newsroom.mails_to("nobody@ridgeline.example") == []
    link = re.search(rf"{re.escape(newsroom.url)}/accounts/password/reset/key/\S+", mail)
    assert link is not None, mail
    page.goto(link[0])
    for name in ("New Password", "New Password (again)"):
        page.get_by_role("textbox", name=name, exact=True).fill("another word at dusk")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/accounts/**")
    page.goto("/desk/")
    if page.get_by_role("button", name=SIGN_IN).count():
        fill_sign_in(page, FORGETFUL, "another word at dusk")
    expect(page.get_by_role("region", name="Published")).to_be_visible()


def test_staff_are_named_nowhere_in_public(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom).new_page()
    for path in ("/en/", "/en/masthead/", "/sitemap.xml", "/en/feed.json", "/robots.txt"):
        assert REPORTER.email not in page.request.get(path).text(), path
    assert PASSWORD not in newsroom.log
