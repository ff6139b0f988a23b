"""`python -m standfirst.payments.providers.flitt.fake --port 8093`: the fake on loopback, until it is interrupted."""

from __future__ import annotations

import argparse
from contextlib import suppress
from wsgiref.simple_server import WSGIServer

from standfirst.payments.providers.fake_program import HOST, server_of
from standfirst.payments.providers.flitt.fake.app import FakeApp
from standfirst.payments.providers.flitt.fake.callbacks import Deliverer
from standfirst.payments.providers.flitt.fake.world import World


def serve(world: World, port: int = 0, hurry: float = 1.0) -> tuple[WSGIServer, Deliverer]:
    """Return a server that is bound to `port` of loopback (0: any) and not running yet, and its deliverer."""
    return server_of(FakeApp(world), port), Deliverer(world, hurry)


def main() -> None:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m standfirst.payments.providers.flitt.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=8093)
    parser.add_argument("--merchant", default="1549901", help="the merchant number that it knows")
    parser.add_argument("--key", default="test", help="that merchant's payment key")
    parser.add_argument("--hurry", type=float, default=1.0, help="repeat callbacks that many times faster than Flitt")
    given = parser.parse_args()
    server, deliverer = serve(World(given.merchant, given.key), given.port, given.hurry)
    deliverer.start()
    print(f"The fake of Flitt: http://{HOST}:{server.server_port}", flush=True)  # noqa: T201 - a command line
    try:
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    finally:
        server.server_close()
        deliverer.stop()


if __name__ == "__main__":
    main()
