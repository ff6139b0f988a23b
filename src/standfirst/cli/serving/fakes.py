"""The fakes of payment providers beside a demo: each a process of the group, on loopback, that outlives a restart."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from standfirst.cli.home import Home
from standfirst.cli.serving.lifeline import hold_on_to_parent
from standfirst.cli.serving.supervisor import Child

if TYPE_CHECKING:
    from standfirst.payments.models import ProviderAccount

FOLDER = "fakes"
"""In the home folder: what each fake knows."""
LOOPBACK = "127.0.0.1"
BACKLOG = 64


def fakes_of(home: Home) -> list[Child]:
    """Return one process for each payment account that leads to a fake; none unless the newsroom is a demo.

    Each account is told where its fake listens: where it did before, or wherever is free.
    """
    if home.options.mode != "demo":
        return []
    from standfirst.payments.models import ProviderAccount

    accounts = ProviderAccount.objects.filter(provider__in=RUN, settings__has_key="fake", is_test=True)
    return [_child(account, home.path) for account in accounts]


def _child(account: ProviderAccount, home: Path) -> Child:
    listener = _listener(urlsplit(account.settings["fake"]).port or 0)
    address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    if account.settings["fake"] != address:
        account.settings["fake"] = address
        account.save(update_fields=["settings"])
    arguments = (str(home), account.pk, listener)
    return Child(f"fake of {account.provider}", RUN[account.provider], arguments, alone=True)


def _listener(port: int) -> socket.socket:
    """Listen on `port` of loopback; when something else does, on any other."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.bind((LOOPBACK, 0))
    listener.listen(BACKLOG)
    return listener


def run_stripe(home: str, account_id: int, listener: socket.socket) -> None:
    """Be Stripe for the account until SIGTERM or SIGINT."""
    file, site = _begin(home, account_id)
    from standfirst.payments.providers.stripe.fake.server import FakeStripe

    fake = FakeStripe(webhook=f"{site}/payments/webhooks/{account_id}/", listener=listener, file=file)
    fake.world.address = f"{site}/fakes/stripe"
    if not fake.world.rows:
        from standfirst.demo.to_import import settle_in

        settle_in(fake.world)
    with fake:
        _wait()


def run_flitt(home: str, account_id: int, listener: socket.socket) -> None:
    """Be Flitt for the account until SIGTERM or SIGINT."""
    file, site = _begin(home, account_id)
    from standfirst.payments.models import ProviderAccount
    from standfirst.payments.providers.fake_program import Kept, kept, server_of
    from standfirst.payments.providers.flitt.client import merchant_of
    from standfirst.payments.providers.flitt.fake.app import FakeApp
    from standfirst.payments.providers.flitt.fake.callbacks import Deliverer
    from standfirst.payments.providers.flitt.fake.world import World

    merchant, key = merchant_of(ProviderAccount.objects.get(pk=account_id).credentials)
    world = kept(file) or World(merchant, key)
    server = server_of(Kept(FakeApp(world, f"{site}/fakes/flitt"), world, file), listener=listener)
    deliverer = Deliverer(world)
    deliverer.start()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _wait()
    server.shutdown()
    server.server_close()
    deliverer.stop()


RUN = {"stripe": run_stripe, "flitt": run_flitt}


def _begin(home: str, account_id: int) -> tuple[Path, str]:
    """Load Django, which a spawned process lacks; return where the fake keeps what it knows, and the site's address."""
    os.environ["STANDFIRST_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django

    django.setup()
    from django.conf import settings

    folder = Path(home) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"account-{account_id}.pickle", str(settings.WAGTAILADMIN_BASE_URL)


def _wait() -> None:
    """Return when the process is told to stop."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    hold_on_to_parent()
    with suppress(KeyboardInterrupt):
        stopping.wait()
