"""Checks of accounts at payment providers and of the ledger's guard; Django is loaded. No provider is asked."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.cli.examination.finding import Finding, good, note, problem
from standfirst.cli.home import Home


def check_payment_accounts(home: Home) -> Iterator[Finding]:
    """The secrets of each account can be read, its provider exists, and none is a sandbox where money is real."""
    from standfirst.kit.sealing import CannotUnseal
    from standfirst.payments.models import ProviderAccount
    from standfirst.payments.providers.sandbox.checks import check_mode

    for error in check_mode(None, databases=["default"]):
        yield problem("payments", error.msg, str(error.hint))
    sound = []
    for account in ProviderAccount.objects.order_by("pk"):
        subject = f"payments, {account.label}"
        try:
            account.verbs  # noqa: B018 - raises when there is no such provider
            account.credentials  # noqa: B018 - raises when its secrets cannot be read
        except LookupError as error:
            yield problem(subject, str(error), "install what provides it, or close the account in the desk.")
        except CannotUnseal:
            remedy = "bring the old secret.key back from a backup, or enter the account's secrets again in the desk."
            yield problem(subject, "its secrets were sealed with another secret key: no payment can be made", remedy)
        else:
            sound.append(account.label)
    if sound:
        yield good("payments", f"the secrets of {', '.join(sound)} can be read")


def check_ledger_guard(home: Home) -> Iterator[Finding]:
    """The database itself keeps the ledger from being changed."""
    from standfirst.payments.append_only import missing_triggers

    if missing := missing_triggers():
        remedy = "restore the database from a backup; `standfirst ledger verify` says whether the entries still agree."
        yield problem("ledger", f"it could be changed: the trigger {missing[0]} is missing", remedy)
    else:
        yield good("ledger", "the database refuses every change to it")


def check_messages(home: Home) -> Iterator[Finding]:
    """Nothing that a provider told us was given up, and no difference waits for a person."""
    from standfirst.payments.models import Difference, WebhookEvent

    dead = WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD)
    if count := dead.count():
        latest = dead.latest("received_at")
        remedy = "mend the cause, and let the desk try again; the daily comparison finds what they were about."
        yield problem("payments", f"{count} messages were given up, the last one: {latest.failure}", remedy)
    if count := Difference.objects.filter(closed_at=None).count():
        yield note("payments", f"{count} differences with a provider are open", "look at them in the desk.")


def check_member_mails(home: Home) -> Iterator[Finding]:
    """No mail to a member was given up within the last week."""
    from datetime import timedelta

    from django.utils import timezone

    from standfirst.membership.models import SentMail

    lost = SentMail.objects.given_up(since=timezone.now() - timedelta(days=7))
    if count := lost.count():
        latest = lost.latest("made_at")
        remedy = "mend the cause, and send them again in the desk: Membership, Mails that wait."
        yield problem("mails to members", f"{count} were not sent, the last one: {latest.failure}", remedy)
