"""Searching the demo as readers do: with the keyboard and suggestions, by filters, and without any script."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served
from tests.journeys.test_reading import violations

STORY = "/en/azerbaijan/iran-president-visits-baku/"


def test_a_reader_types_takes_a_suggestion_narrows_and_opens_a_story(open_context: OpenContext, demo: Served) -> None:
    page = open_context(demo).new_page()
    page.goto("/en/search/")
    field = page.get_by_role("combobox", name="Words to look for")
    field.press_sequentially("iran’s pres")
    suggestion = page.get_by_role("option").first
    expect(suggestion).to_contain_text("Iran’s president visits Baku")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="Suggestions")).to_have_count(1)

    field.press("ArrowDown")
    expect(suggestion).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", suggestion.get_attribute("id") or "")
    assert violations(page) == []
    field.press("Escape")
    expect(suggestion).to_be_hidden()
    field.press("End")
    field.press_sequentially("i")
    expect(suggestion).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{STORY}")

    page.goto("/en/search/?q=BAKU")
    page.get_by_text("Narrow the search").click()
    page.locator("select[name=section]").select_option(label="Azerbaijan")
    page.get_by_role("button", name="Search", exact=True).click()
    limit = page.get_by_role("list", name="The search is narrowed to").get_by_role("link")
    expect(limit).to_contain_text("Section: Azerbaijan")
    expect(page.locator("mark").first).to_be_visible()
    limit.click()
    expect(limit).to_have_count(0)
    opened(page)


def test_everything_is_there_without_a_script(open_context: OpenContext, demo: Served) -> None:
    page = open_context(demo, java_script_enabled=False).new_page()
    page.goto("/en/")
    page.get_by_role("link", name="Search", exact=True).first.click()
    page.get_by_label("Words to look for").fill("rialway")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("main [role=status]")).to_contain_text("Here is what there is for ‘railway’")
    page.get_by_role("link", name="Newest first").click()
    expect(page.get_by_role("link", name="Newest first")).to_have_attribute("aria-current", "true")
    opened(page)

    page.locator(".byline__day").click()
    expect(page.locator(".calendar [aria-current=date]")).to_be_visible()
    page.get_by_label("Day", exact=True).fill("2025-04-28")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/en/archive/2025/04/28/")


def opened(page: Page) -> None:
    """Open the first result, which says the same as its headline."""
    first = page.locator(".listing .card__link").first
    headline = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
