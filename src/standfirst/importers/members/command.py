"""Import a list of members (CSV): Ghost's export, or any other whose columns are named.

Whoever is known stays as they are; bad rows are listed by line and the good ones come in. Members whose subscription
exists at a provider already are taken on by its ids, when --account says where.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from standfirst.importers.members.bring_in import Import
    from standfirst.payments.models import ProviderAccount


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `standfirst import members` understands."""
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="the list of members")
    parser.add_argument("--account", type=int, metavar="NUMBER", help="payment account that their subscriptions are at")
    parser.add_argument("--tier", default="", metavar="SLUG", help="tier of members whose row names none")
    parser.add_argument("--language", default="en", metavar="CODE", help="language of mails where no row says it")
    parser.add_argument(
        "--column", action="append", default=[], metavar="WHAT=NAME",
        help="which column is which, such as email='Email Address' or name='First+Last'",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing")
    parser.add_argument("--report", type=Path, metavar="FILE.csv", help="where to write the lines that do not come in")


def run(options: argparse.Namespace) -> int:
    """Import, and print what came of it. 0: all came in, 1: some rows or subscriptions did not, 2: nothing did."""
    from standfirst.importers.members.reading import BadList
    from standfirst.payments.providers.interface import ProviderError

    try:
        return _import(options)
    except BadList as problem:
        _say(f"Nothing was imported. {problem}", to=sys.stderr)
        return 2
    except ProviderError as error:
        _say(f"The provider does not answer: {error} Start the same import again to go on.", to=sys.stderr)
        return 2


def _import(options: argparse.Namespace) -> int:
    from standfirst.importers.members.adopting import adopt_all
    from standfirst.importers.members.bring_in import Import, bring_in, choose_tier, look_ahead
    from standfirst.importers.members.reading import BadList, read_members

    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise BadList(f"{options.file} cannot be read: {error.strerror}.") from error
    found = read_members(data, _columns(options.column))
    work = Import(found, choose_tier(options.tier), _account(options.account), language=options.language)
    if options.dry_run:
        look_ahead(work)
        _tell(work, options, "Dry run: nothing was written.")
        return 1 if work.report() else 0
    bring_in(work=work, file_name=options.file.name)
    _tell(work, options, f"{options.file.name}, read as {found.encoding}:")
    done, failed = adopt_all(work.account.pk) if work.account else (0, 0)
    if done or failed:
        _say(f"{done} subscriptions were taken on, {failed} were not.")
    for line in _failures(work.account.pk) if work.account and failed else ():
        _say(line)
    return 1 if work.report() or failed else 0


def _columns(given: list[str]) -> dict[str, str]:
    from standfirst.importers.members.reading import BadList

    for pair in given:
        if "=" not in pair:
            raise BadList(f"--column {pair!r}: write it as WHAT=NAME.")
    return {what.strip(): name for what, _equals, name in (pair.partition("=") for pair in given)}


def _account(number: int | None) -> ProviderAccount | None:
    from standfirst.importers.members.reading import BadList
    from standfirst.payments.models import ProviderAccount

    if number is None:
        return None
    found = ProviderAccount.objects.filter(pk=number).first()
    if found is None:
        there = ", ".join(f"{account.pk} ({account})" for account in ProviderAccount.objects.all())
        raise BadList(f"There is no payment account {number}; there are {there or 'none'}.")
    return found


def _tell(work: Import, options: argparse.Namespace, head: str) -> None:
    from standfirst.kit.csv_files import csv_lines

    counts = work.counts
    _say(head)
    _say(
        f"{counts.new} new members, {counts.known} known before, {counts.comped} guests without payment, "
        f"{counts.subscriptions} with a subscription, {counts.refused} rows refused."
    )
    for line, why in work.report():
        _say(f"line {line}: {why}")
    if options.report:
        options.report.write_text("".join(csv_lines(("line", "why"), work.report())), encoding="utf-8", newline="")


def _failures(account_id: int) -> list[str]:
    from standfirst.importers.models import Adoption

    failed = Adoption.objects.filter(account=account_id, state=Adoption.State.FAILED)
    return [f"line {row.line}: {row.object_id}: {row.why}" for row in failed]


def _say(line: str, *, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{line}\n")
