"""What a membership manager does in the demo: a bank statement, money back, and members who come from Ghost."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.journeys.conftest import OpenContext
from tests.journeys.serving import Served, wait_until
from tests.journeys.supporting import BANK, address_of, counted, join

ACTIVE = """
    SELECT count(*) FROM membership_pledge AS pledge JOIN membership_member AS member ON member.id = pledge.member_id
    JOIN accounts_user AS person ON person.id = member.user_id WHERE person.email = ? AND pledge.state = 'active'
"""


def manager(open_context: OpenContext, demo: Served) -> Page:
    """The demo's membership manager, at the desk."""
    page = open_context(demo).new_page()
    page.goto("/desk/")
    page.get_by_role("textbox", name="Email").fill("members@ridgeline.example")
    page.get_by_role("textbox", name="Password").fill("ridgeline-demo")
    page.get_by_role("button", name=re.compile("^sign in$", re.IGNORECASE)).click()
    page.wait_for_url("**/desk/")
    return page


def is_active(demo: Served, email: str) -> bool:
    return counted(demo, ACTIVE, email) == 1


def test_a_transfer_is_waited_for_and_the_statement_makes_a_member(
    open_context: OpenContext, demo: Served, tmp_path: Path
) -> None:
    email = address_of("sends")
    reader = open_context(demo).new_page()
    join(reader, email, BANK)
    expect(reader.get_by_role("heading", level=1)).to_have_text("One step is left")
    code = re.search(r"SF-\w{3}-\w{3}", reader.locator("main").inner_text())
    assert code
    assert not is_active(demo, email)
    file = tmp_path / "statement.xml"
    text = (demo.home / "to-import" / "bank-statement.xml").read_text()
    line = re.search(r"<Ntry>.*?SF-\w{3}-\w{3}.*?</Ntry>", text)
    assert line
    sent = re.sub(r"SF-\w{3}-\w{3}", code[0], line[0]).replace("GEL", "EUR").replace("24.00", "5.00")
    file.write_text(text.replace("<Ntry>", sent.replace(">R", ">own-") + "<Ntry>", 1))
    page = manager(open_context, demo)
    page.goto("/desk/membership/statements/")
    page.get_by_role("link", name="Import a statement").click()
    page.get_by_label("Statement").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("4 lines read (camt.053), 0 of them known before.")).to_be_visible()
    for address in (email, "transfer@readers.example"):
        wait_until(lambda found=address: is_active(demo, found), f"{address} to be a member")
    page.goto("/desk/membership/statements/to-decide/")
    expect(page.get_by_role("table")).to_contain_text("Ushguli Trekkers")
    reader.reload()
    reader.wait_for_url("**/join/thanks/**")


def test_a_payment_is_given_back_with_a_reason(open_context: OpenContext, demo: Served) -> None:
    page = manager(open_context, demo)
    page.goto("/desk/membership/members/?q=gor@readers.example")
    page.get_by_role("link", name="Gor (invented)").click()
    page.get_by_role("link", name="Give back").first.click()
    page.get_by_role("textbox").last.fill("asked for it by telephone")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("main")).to_contain_text("asked for it by telephone")
    expect(page.locator("#payments + table")).to_contain_text("5.00 EUR")


def test_members_of_ghost_come_in_and_nobody_types_a_card_again(open_context: OpenContext, demo: Served) -> None:
    page = manager(open_context, demo)
    page.goto("/desk/membership/import/")
    page.get_by_label("List of members").set_input_files(demo.home / "to-import" / "members-from-ghost.csv")
    page.get_by_label("Where their subscriptions are").select_option(label="Card (a stand-in for Stripe)")
    page.get_by_label("Dry run").uncheck()
    page.get_by_role("main").get_by_role("button", name="Import").click()
    for address in ("ghost-ana@readers.example", "ghost-tigran@readers.example", "ghost-guest@readers.example"):
        wait_until(lambda found=address: is_active(demo, found), f"{address} to be a member")
    expect(page.get_by_role("main")).to_contain_text("not-an-address")
