"""`python -m standfirst.payments.providers.stripe.fake --port 15100 --webhook http://127.0.0.1:8000/payments/webhooks/1/`."""

from __future__ import annotations

import argparse
import sys

from standfirst.payments.providers.stripe.fake.server import SECRET_KEY, WEBHOOK_SECRET, FakeStripe


def main() -> int:
    """Serve the fake until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m standfirst.payments.providers.stripe.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on loopback; 0 chooses a free one")
    parser.add_argument("--webhook", default="", help="where events are sent, signed")
    parser.add_argument("--hold", action="store_true", help="hold events back until /_control/deliver is asked")
    given = parser.parse_args()
    fake = FakeStripe(given.port, webhook=given.webhook, holds=given.hold)
    sys.stdout.write(f"{fake.address} secret key {SECRET_KEY}, signing secret {WEBHOOK_SECRET}\n")
    sys.stdout.flush()
    try:
        fake.serve()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
