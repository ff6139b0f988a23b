"""The fake, served on loopback."""

from __future__ import annotations

import threading
from pathlib import Path
from socket import socket

from standfirst.payments.providers.fake_program import Kept, kept, server_of
from standfirst.payments.providers.stripe.client import API_VERSION
from standfirst.payments.providers.stripe.fake.application import Application
from standfirst.payments.providers.stripe.fake.webhooks import Sender
from standfirst.payments.providers.stripe.fake.world import World

SECRET_KEY = "sk_test_fake"  # noqa: S105 - a key of nobody's
WEBHOOK_SECRET = "whsec_fake"  # noqa: S105


class FakeStripe:
    """A stand-in for Stripe at `address` on loopback; port 0 chooses one. Use it as a context."""

    def __init__(
        self,
        port: int = 0,
        *,
        webhook: str = "",
        holds: bool = False,
        listener: socket | None = None,
        file: Path | None = None,
    ) -> None:
        """`listener` is listened on instead of `port`; what it knows is kept in `file`, and found there again."""
        self.world = (kept(file) if file else None) or World(API_VERSION)
        self.sender = Sender(webhook, WEBHOOK_SECRET, holds=holds)
        self.world.tell = self.sender.tell
        self.application = Application(self.world, self.sender, SECRET_KEY)
        application = Kept(self.application, self.world, file) if file else self.application
        self._server = server_of(application, port, listener)
        self.address = self.world.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="fake stripe", daemon=True
        )

    def __enter__(self) -> FakeStripe:
        self.sender.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer no more. Does nothing the second time."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=10)
        self._server.server_close()
        self.sender.stop()

    def serve(self) -> None:
        """Serve until interrupted."""
        self.sender.start()
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()
            self.sender.stop()
