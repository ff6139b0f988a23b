"""A newsroom in processes of its own, for tests of what happens at once and of what a kill leaves behind.

    python -m tests.money.apart FOLDER VERB

`FOLDER` holds the provider's memory and, unless `APART_DATABASE_URL` names a PostgreSQL, the SQLite file. Prints JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

FOLDER = Path(sys.argv[1]) if __name__ == "__main__" else Path()
AT_ONCE = 50


def begin() -> None:
    """Load Django on the database of this newsroom, and put the remembering provider in place."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.money.apart_settings"
    os.environ["APART_FOLDER"] = str(FOLDER)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from standfirst.payments import providers

    provider = remembering_provider(FOLDER / "provider")
    providers.provider_named = lambda _name: provider  # type: ignore[assignment]


def remembering_provider(file: Path) -> Any:
    """A plain provider whose memory is a file: it outlives the processes that call it, as a real one does."""
    from tests.money.plain import PlainProvider

    class Remembering(PlainProvider):
        @contextmanager
        def remembering(self) -> Iterator[None]:
            with (file.parent / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if file.exists():
                    self.objects, self.keys, self.calls = pickle.loads(file.read_bytes())  # noqa: S301 - our own
                yield
                written = file.with_suffix(f".{os.getpid()}")
                written.write_bytes(pickle.dumps((self.objects, self.keys, self.calls)))
                written.replace(file)

    def remembered(name: str) -> Callable[..., Any]:
        plain = getattr(PlainProvider, name)

        def verb(self: Any, *words: Any, **named: Any) -> Any:
            STEPS.step(f"before {name}")
            with self.remembering():
                found = plain(self, *words, **named)
            STEPS.step(f"after {name}")
            return found

        return verb

    for name in ("start", "refund", "fetch", "pay"):
        setattr(Remembering, name, remembered(name))
    return Remembering()


class Steps:
    """Counts statements and calls; kills the process at the one that was chosen."""

    def __init__(self) -> None:
        self.taken = 0
        self.last = 0

    def step(self, _name: str) -> None:
        """Take a step, perhaps the last one."""
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Wrap a statement: one step before it, and one after it, which may be before the commit."""
        self.step("before a statement")
        found = execute(sql, params, many, context)
        self.step("after a statement")
        return found


STEPS = Steps()


def paid_agreement(provider: Any, account: Any) -> tuple[Any, Any]:
    """A pledge and its agreement, which the payer has paid at the provider; we have not heard of it."""
    from standfirst.membership.models import Pledge
    from standfirst.payments.actions.start_agreement import start_agreement
    from tests.money import factories
    from tests.payments.test_applying import order

    pledge = factories.pledge(state=Pledge.State.PENDING)
    agreement = start_agreement(agreement=factories.agreement(account, reference=pledge.reference), order=order)
    provider.pay(agreement.object_id)
    return pledge, agreement


def after_a_kill(work: Callable[[], None], last: int) -> bool:
    """Do `work` in a child that is killed at its step number `last`; False when it came to its end before."""
    from django.db import connection, connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        STEPS.taken, STEPS.last = 0, last
        with connection.execute_wrapper(STEPS.around):
            work()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise SystemExit(f"the child failed with {status} at step {last}")
    return False


def run_tasks() -> None:
    """Do what the background worker does with the queue, after what a kill interrupted was taken back."""
    from standfirst.cli.serving.queue import QueueRunner

    runner = QueueRunner("money", worker="apart")
    runner.take_back_interrupted()
    while runner.step():
        pass


def kill_messages() -> dict[str, Any]:
    """Kill the taking and processing of a message at every step; start again each time. Return what differs."""
    from django.utils import timezone

    from standfirst.payments.actions.take_webhook import take_webhook
    from standfirst.payments.looking_after import MoneyKeeper
    from standfirst.payments.models import ProviderAccount
    from tests.money import factories
    from tests.money.plain import signed

    account = factories.account()
    wrong, last = [], 0
    while True:
        last += 1
        pledge, agreement = paid_agreement(account.verbs, account)
        body, headers = signed("secret", id=f"evt-{last}", object=agreement.object_id)

        def take(body: bytes = body, headers: dict[str, str] = headers) -> None:
            found = ProviderAccount.objects.get(pk=account.pk)
            take_webhook(account=found, headers=headers, body=body, now=timezone.now())

        def work(take: Callable[[], None] = take) -> None:
            take()
            run_tasks()

        killed = after_a_kill(work, last)
        take()  # the provider was not answered, or says it once more
        run_tasks()
        MoneyKeeper(now=lambda: timezone.now() + timedelta(minutes=10)).look()
        run_tasks()
        if (found := settled_once(pledge, agreement)) is not True:
            wrong.append([last, found])
        if not killed:
            return {"steps": last - 1, "wrong": wrong, "faults": faults()}


def settled_once(pledge: Any, agreement: Any) -> Any:
    """True when one payment is in the books once and the pledge is active once; else what there is."""
    from standfirst.payments import ledger
    from standfirst.payments.models import Payment

    pledge.refresh_from_db()
    payments = list(Payment.objects.filter(agreement=agreement))
    found = [
        pledge.state,
        pledge.events.filter(became="active").count(),
        [payment.state for payment in payments],
        [dict(ledger.shown(payment)) for payment in payments],
        list(agreement.account.events.exclude(state="done").values_list("event_id", "state")),
    ]
    books = {"provider": 1170, "income": -1200, "fees": 30}
    return found == ["active", 1, ["settled"], [books], []] or found


def kill_refunds() -> dict[str, Any]:
    """Kill a refund at every step; look after it each time. Return what differs."""
    from django.utils import timezone

    from standfirst.kit.money import Money
    from standfirst.payments.actions.apply_snapshot import refresh
    from standfirst.payments.actions.refund_payment import refund_payment
    from standfirst.payments.looking_after import MoneyKeeper
    from standfirst.payments.models import Payment
    from tests.money import factories

    account = factories.account()
    wrong, last = [], 0
    while True:
        last += 1
        _pledge, agreement = paid_agreement(account.verbs, account)
        payment = refresh(agreement).payments.get()

        def work(payment: Payment = payment) -> None:
            refund_payment(payment=payment, amount=Money(200, "GEL"), reason="asked by mail", by=None)

        killed = after_a_kill(work, last)
        MoneyKeeper(now=lambda: timezone.now() + timedelta(minutes=10)).look()
        run_tasks()
        payment.refresh_from_db()
        states = list(payment.refunds.values_list("state", flat=True))
        given = account.verbs.fetch(account.credentials, payment.provider_id).payments[0].refunded
        if [states, payment.refunded, given] not in ([["done"], 200, 200], [[], 0, 0]):
            wrong.append([last, states, payment.refunded, given])
        if not killed:
            return {"steps": last - 1, "wrong": wrong, "faults": faults()}


def faults() -> list[str]:
    """What the ledger says is wrong."""
    from standfirst.payments import ledger

    return [fault.sentence for fault in ledger.verify()]


def at_once() -> dict[str, Any]:
    """Fifty messages, fetches, clicks and refunds for one agreement at once. Return what came of it."""
    from django.db import connections
    from django.utils import timezone

    from standfirst.kit.money import Money
    from standfirst.payments.actions.apply_snapshot import refresh
    from standfirst.payments.actions.process_event import process
    from standfirst.payments.actions.reconcile import reconcile
    from standfirst.payments.actions.refund_payment import CannotRefund, refund_payment
    from standfirst.payments.actions.take_webhook import take_webhook
    from standfirst.payments.models import Agreement, Payment, ProviderAccount, Refund, WebhookEvent
    from tests.money import factories
    from tests.money.plain import signed

    account = factories.account()
    pledge, agreement = paid_agreement(account.verbs, account)
    _other, refunded = paid_agreement(account.verbs, account)
    payment = refresh(refunded).payments.get()
    gate = Barrier(AT_ONCE)
    failed: list[str] = []

    def message(number: int) -> None:
        # Ten messages, each sent five times.
        body, headers = signed("secret", id=f"evt-{number % 10}", object=agreement.object_id)
        found = ProviderAccount.objects.get(pk=account.pk)
        take_webhook(account=found, headers=headers, body=body, now=timezone.now())
        process(WebhookEvent.objects.get(event_id=f"evt-{number % 10}").pk)

    def click(number: int) -> None:
        found = Agreement.objects.select_related("account").get(pk=agreement.pk)
        reconcile(found) if number % 2 else refresh(found)

    def give_back(_number: int) -> None:
        try:
            refund_payment(payment=payment, amount=Money(500, "GEL"), reason="asked by mail", by=None)
        except CannotRefund:
            return

    def run(number: int) -> None:
        gate.wait()
        try:
            (message, click, give_back)[number % 3](number // 3)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says so
            failed.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    run_tasks()
    pledge.refresh_from_db()
    payment.refresh_from_db()
    return {
        "failed": failed,
        "hanging": sum(thread.is_alive() for thread in threads),
        "pledge": [pledge.state, pledge.events.count()],
        "payments": list(Payment.objects.filter(agreement=agreement).values_list("state", "amount")),
        "events": sorted(WebhookEvent.objects.values_list("state", flat=True)),
        "refunds": sorted(Refund.objects.values_list("state", "amount")),
        "refunded": payment.refunded,
        "faults": faults(),
    }


VERBS = {"kill-messages": kill_messages, "kill-refunds": kill_refunds, "at-once": at_once}

if __name__ == "__main__":
    begin()
    print(json.dumps(VERBS[sys.argv[2]]()))  # noqa: T201 - a script
