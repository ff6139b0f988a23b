"""The story of the scene: a visit of a president, written with every element a story may have."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from tests.journeys.editing import (
    add_block,
    choose_page,
    dialogue,
    part,
    rich_text,
    upload_document,
    upload_picture,
    write,
)

HEADLINE = "Iran’s president visits Baku"
STANDFIRST = "A first visit in years is about a railway, a river and what both capitals would rather not discuss."
FIRST = "The president of Iran landed in Baku on Monday morning."
LINKED = "The joint statement was published by both foreign ministries."
STATEMENT = "https://statements.example/joint"
EMBED = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def write_head(page: Page) -> None:
    """Kicker, headline, standfirst, byline, dateline and the lead picture with its words."""
    page.get_by_role("textbox", name="Kicker").fill("Neighbours")
    page.get_by_role("textbox", name="Headline*").fill(HEADLINE)
    page.get_by_role("textbox", name="Standfirst").fill(STANDFIRST)
    bylines = part(page, "Bylines")
    bylines.get_by_role("button", name="Add byline").click()
    choose_page(page, bylines, "Nino Beridze")
    page.get_by_role("textbox", name="Dateline").fill("Baku")
    upload_picture(
        page,
        part(page, "Lead picture"),
        "The two presidents",
        caption="The president of Iran, left, and the president of Azerbaijan, right, on Monday.",
        credit="Official photo",
        description="Two men in dark suits shake hands in front of flags",
    )


def write_text(page: Page) -> None:
    """Paragraphs with a link, heading, quotes, appeal, teaser, fact box, list, table, timeline and pictures."""
    write(rich_text(add_block(page, "Paragraph")), FIRST)
    linked = add_block(page, "Paragraph")
    write(rich_text(linked), LINKED)
    link_everything(page, linked, STATEMENT)
    heading = add_block(page, "Heading")
    heading.get_by_role("textbox", name="Heading").fill("What was signed")
    quote = add_block(page, "Quote")
    write(rich_text(quote), "We share a river and a century.")
    quote.get_by_role("textbox", name="Attribution").fill("The president of Iran")
    pull_quote = add_block(page, "Pull quote")
    pull_quote.get_by_role("textbox", name="Quotation").fill("A railway is a sentence in two languages.")
    add_block(page, "Appeal")
    choose_page(page, add_block(page, "Story teaser"), "A bridge opens at Julfa")
    write_boxes(page)
    write_media(page)


def write_boxes(page: Page) -> None:
    """Fact box, list, table and timeline."""
    box = add_block(page, "Fact box")
    box.get_by_role("textbox", name="Title").fill("The railway in figures")
    write(rich_text(box), "It is to be 162 kilometres long.")
    entries = add_block(page, "List")
    write(rich_text(entries).first, "A railway from Astara to Rasht")
    entries.get_by_role("button", name="Add", exact=True).last.click()
    write(rich_text(entries).last, "A dam on the Aras")
    write_table(add_block(page, "Table"))
    timeline = add_block(page, "Timeline")
    timeline.get_by_role("textbox", name="Title").fill("How it came to this")
    timeline.get_by_role("textbox", name="Date").fill("January 2023")
    write(rich_text(timeline), "The embassy closes.")


def write_table(table: Locator) -> None:
    """A column, a row, and one cell."""
    table.get_by_role("button", name="Add column").click()
    table.get_by_role("listitem").get_by_role("button", name="Text", exact=True).click()
    table.get_by_placeholder("Column heading").fill("Trade, million dollars")
    table.get_by_role("button", name="Add row").click()
    table.get_by_role("table").locator("tbody input[type=text]").first.fill("494")


def write_media(page: Page) -> None:
    """Picture, gallery, embed and document."""
    picture = add_block(page, "Picture")
    upload_picture(page, picture, "The embassy", caption="The embassy.", credit="Ridgeline", description="A gate")
    gallery = add_block(page, "Gallery")
    upload_picture(page, gallery, "The station", caption="The station.", credit="Ridgeline", description="A platform")
    embed = add_block(page, "Embed")
    embed.get_by_role("textbox", name="Address").fill(EMBED)
    embed.get_by_role("textbox", name="Title").fill("The arrival")
    document = add_block(page, "Document")
    upload_document(page, document, "The statement", "statement.pdf", PDF, "application/pdf")
    add_block(page, "Divider")


def write_sources_and_subjects(page: Page) -> None:
    """Sources at the foot; thread and topics on the desk's tab."""
    sources = part(page, "Sources")
    sources.get_by_role("button", name="Add source").click()
    sources.get_by_role("textbox", name="Source").fill("Joint statement of both ministries")
    sources.get_by_role("textbox", name="Address").fill(STATEMENT)
    page.get_by_role("tab", name="Desk").click()
    choose_page(page, part(page, "Thread"), "Iran and its neighbours")
    topics = part(page, "Topics")
    topics.get_by_role("listbox").select_option(["Diplomacy", "Railways"])
    page.get_by_role("tab", name="Story").click()


def link_everything(page: Page, block: Locator, address: str) -> None:
    """Link the whole text of a paragraph to `address`."""
    rich_text(block).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+k")
    chooser = dialogue(page)
    chooser.get_by_role("link", name="External link").click()
    chooser.get_by_role("textbox", name="URL").fill(address)
    chooser.get_by_role("button", name="Insert link").click()
    expect(chooser).to_be_hidden()
