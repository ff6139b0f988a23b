"""Drives the article's form as somebody at the keyboard does."""

from __future__ import annotations

import io
import re

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

INSERT = "Insert a block"


def drawn_picture(words: str, size: tuple[int, int] = (1600, 1000)) -> bytes:
    """Return a JPEG file that no other words make."""
    image = Image.new("RGB", size, (36, 60, 92))
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 8, size[1] // 3, size[0] // 2, size[1] - 40), fill=(190, 150, 90))
    draw.text((40, 40), words, fill=(250, 245, 230), font_size=72)
    data = io.BytesIO()
    image.save(data, "JPEG")
    return data.getvalue()


def part(page: Page, name: str) -> Locator:
    """Return one part of the form by its heading."""
    return page.get_by_role("region", name=name, exact=True)


def dialogue(page: Page) -> Locator:
    """Return the chooser that is open."""
    return page.locator(".modal.in[role=dialog]")


def write(box: Locator, text: str) -> None:
    """Type into a rich text box."""
    box.click()
    box.page.keyboard.insert_text(text)
    expect(box).to_contain_text(text)


def rich_text(where: Locator) -> Locator:
    """Return the rich text box inside `where`."""
    return where.locator("[contenteditable=true][role=textbox]")


def add_block(page: Page, kind: str) -> Locator:
    """Add a block of `kind` at the end of the text and return it."""
    text = part(page, "Text")
    blocks = text.locator(":scope [data-streamfield-stream-container]").first.locator(
        ":scope > [data-streamfield-child]"
    )
    before = blocks.count()
    text.get_by_role("button", name=INSERT, exact=True).last.click()
    page.get_by_role("option", name=kind, exact=True).click()
    expect(blocks).to_have_count(before + 1)
    return blocks.last


def upload_picture(page: Page, where: Locator, title: str, **words: str) -> None:
    """Choose a new picture in `where`: upload it with its words (caption, credit, description)."""
    where.get_by_role("button", name="Choose an image", exact=True).click()
    chooser = dialogue(page)
    chooser.get_by_role("tab", name="Upload", exact=True).click()
    form = chooser.get_by_role("tabpanel", name="Upload", exact=True)
    file = {"name": f"{title}.jpg", "mimeType": "image/jpeg", "buffer": drawn_picture(title)}
    form.locator("input[type=file]").set_input_files(file)
    title_box = form.get_by_role("textbox", name="Title*")
    expect(title_box).not_to_have_value("")
    title_box.fill(title)
    for name, value in words.items():
        form.locator(f"[name$=-{name}]").fill(value)
    form.get_by_role("button", name="Upload", exact=True).click()
    expect(chooser).to_be_hidden()
    expect(where).to_contain_text(title)


def choose_page(page: Page, where: Locator, title: str) -> None:
    """Choose the page `title` in the chooser of `where`."""
    where.get_by_role("button", name="Choose ").click()
    chooser = dialogue(page)
    chooser.get_by_role("textbox", name="Search").fill(title)
    chooser.get_by_role("link", name=title, exact=True).click()
    expect(chooser).to_be_hidden()
    expect(where).to_contain_text(title)


def upload_document(page: Page, where: Locator, title: str, name: str, content: bytes, mime: str) -> None:
    """Choose a new document in `where`."""
    where.get_by_role("button", name="Choose a document", exact=True).first.click()
    chooser = dialogue(page)
    chooser.get_by_role("tab", name="Upload", exact=True).click()
    form = chooser.get_by_role("tabpanel", name="Upload", exact=True)
    form.locator("input[type=file]").set_input_files({"name": name, "mimeType": mime, "buffer": content})
    title_box = form.get_by_role("textbox", name="Title*")
    expect(title_box).not_to_have_value("")
    title_box.fill(title)
    form.get_by_role("button", name="Upload", exact=True).click()
    expect(chooser).to_be_hidden()
    expect(where).to_contain_text(title)


def actions(page: Page) -> Locator:
    """Open the menu at the form's foot and return what stands there."""
    foot = page.get_by_role("navigation", name="Actions (footer)")
    expect(foot).to_be_visible()
    more = foot.get_by_role("button", name="More actions")
    if more.count() and more.get_attribute("aria-expanded") != "true":
        more.click()
    return foot


def act(page: Page, name: str) -> None:
    """Do one of the actions at the form's foot."""
    actions(page).get_by_role("button", name=name, exact=True).first.click()


def schedule(page: Page, moment: str) -> None:
    """Write `moment` (the newsroom's time) as the time the story goes live, and save that."""
    expect(page.get_by_role("button", name="Toggle status")).to_be_visible()
    button = page.get_by_role("button", name=re.compile("^(Set|Edit) schedule$"))
    if not button.is_visible():
        page.get_by_role("button", name="Toggle status").click()
    button.click()
    type_moment(page.get_by_role("textbox", name="Go live date/time"), moment)
    page.get_by_role("button", name="Save schedule").click()
    page.wait_for_load_state()


def type_moment(box: Locator, moment: str) -> None:
    """Write a date and time without focus: the calendar that opens with it would stand before the next button."""
    box.evaluate("(box, text) => { box.value = text; }", moment)


def message(page: Page) -> Locator:
    """Return what the desk says on top of its page."""
    return page.locator(".messages")
