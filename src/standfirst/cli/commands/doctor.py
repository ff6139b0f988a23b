"""Examine a newsroom: configuration, permissions, database, disk, mail, background tasks, page store.

Changes nothing. Each finding says what to do. Exit status 0 when there is no problem, 1 when there is one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from standfirst.cli.errors import Refusal
from standfirst.cli.examination import database, delivery, folder, money, nodes, search
from standfirst.cli.examination.finding import Finding, Grade, problem
from standfirst.cli.home import Home, find, start_django
from standfirst.cli.program import add_home

Check = Callable[[Home], Iterator[Finding]]
FOLDER_CHECKS: list[Check] = [
    folder.check_configuration,
    folder.check_environment,
    folder.check_permissions,
    folder.check_disk,
    folder.check_media,
    folder.check_clock,
    folder.check_backups,
]
DJANGO_CHECKS: list[Check] = [
    database.check_database,
    database.check_system,
    database.check_site,
    database.check_listing,
    search.check_search,
    database.check_tasks,
    delivery.check_page_store,
    delivery.check_changes,
    delivery.check_cdn,
    database.check_mail,
    database.check_exposure,
    money.check_payment_accounts,
    money.check_ledger_guard,
    money.check_messages,
    money.check_member_mails,
    nodes.check_bucket,
    nodes.check_redis,
    nodes.check_nodes,
]
SIGNS = {Grade.GOOD: "ok  ", Grade.NOTE: "note", Grade.PROBLEM: "BAD "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst doctor`."""
    add_home(parser)


def run(options: argparse.Namespace) -> int:
    """Print one line a finding, and its remedy under it."""
    try:
        home = find(options.home)
    except Refusal as refusal:
        # A home that cannot be used is what the doctor was called for; one that was never named is a wrong call.
        if options.home is None or not options.home.expanduser().is_dir():
            raise
        _show(problem("home", str(refusal), ""))
        return 1
    findings = [finding for check in FOLDER_CHECKS for finding in check(home)]
    for finding in findings:
        _show(finding)
    start_django(home)
    for check in DJANGO_CHECKS:
        for finding in _guarded(check, home):
            _show(finding)
            findings.append(finding)
    problems = sum(finding.grade is Grade.PROBLEM for finding in findings)
    print(f"\n{problems} problem{'' if problems == 1 else 's'}." if problems else "\nNo problems.")
    return 1 if problems else 0


def _guarded(check: Check, home: Home) -> Iterator[Finding]:
    """Run a check; a database too damaged or too old to be asked is a finding, too."""
    from django.db import DatabaseError

    subject = check.__name__.removeprefix("check_")
    try:
        yield from check(home)
    except DatabaseError as error:
        yield problem(subject, f"the database cannot be asked ({error})", "see what stands above about the database.")
    except Refusal as refusal:
        yield problem(subject, str(refusal), "")


def _show(finding: Finding) -> None:
    print(f"{SIGNS[finding.grade]}  {finding.subject}: {finding.found}")
    if finding.remedy:
        print(f"      → {finding.remedy}")
