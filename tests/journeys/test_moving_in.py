"""An administrator moves a WordPress site in, in the admin."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.journeys.conftest import OpenContext, SignedIn
from tests.journeys.people import ADMINISTRATOR, REPORTER
from tests.journeys.serving import Served
from tests.journeys.wxr import EXPORT, HEADLINE

FORM = "/desk/imports/"


def test_an_export_is_uploaded_reported_and_read_at_its_old_address(
    signed_in: SignedIn, open_context: OpenContext, newsroom: Served
) -> None:
    page = signed_in(ADMINISTRATOR)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.get_by_role("link", name="Imports").click()
    export = {"name": "old-outlet.xml", "mimeType": "text/xml", "buffer": EXPORT.encode()}
    page.locator("input[type=file][name=file]").set_input_files(export)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Import of old-outlet.xml")).to_be_visible()
    expect(page.get_by_role("heading", name="Report")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The sums match the export's own counts.")).to_be_visible()
    reader = open_context(newsroom).new_page()
    for old in ("/2019/05/the-ferry/", "/?p=41"):
        reader.goto(old)
        expect(reader.get_by_role("heading", name=HEADLINE, level=1)).to_be_visible()
        assert "/en/" in reader.url
    expect(reader.get_by_text("Nobody at the quay knew why.")).to_be_visible()
    assert "alert(1)" not in reader.content()
    reader.goto("/en/search/?q=ferry")
    expect(reader.get_by_role("link", name=HEADLINE).first).to_be_visible()


def test_a_file_that_is_no_export_is_refused_with_a_sentence(signed_in: SignedIn) -> None:
    page = signed_in(ADMINISTRATOR)
    page.context.watch.expected.add(422)  # type: ignore[attr-defined]
    for content in (b"", b"not xml at all", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><rss>&b;</rss>'):
        page.goto(FORM)
        page.locator("input[type=file][name=file]").set_input_files(
            {"name": "bad.xml", "mimeType": "text/xml", "buffer": content}
        )
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.locator(".error-message").first).to_be_visible()


def test_only_administrators_import(signed_in: SignedIn) -> None:
    page = signed_in(REPORTER)
    page.context.watch.expected.add(403)  # type: ignore[attr-defined]
    page.goto(FORM)
    page.wait_for_url("**/desk/")
