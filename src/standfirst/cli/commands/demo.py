"""Make the demo newsroom if there is none yet, and serve it.

The first start makes home folder, database, staff accounts, stories and pictures; a later start serves the same
newsroom and changes nothing in it. On loopback the sign-ins are those of the documentation; on any other address they
are fresh, random, and printed at each start.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

from standfirst.cli.demonstration import DemoSignIn, announce, is_loopback, own_addresses, set_passwords, without_mail
from standfirst.cli.errors import Refusal
from standfirst.cli.home import UNFINISHED_FILE, Home, find, required, start_django
from standfirst.cli.making import write_home
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, follow_base_url, migrate, migration_state, refuse_newer_database
from standfirst.cli.serving.start import add_serving_arguments, check_port, children_of, hold_home, open_listener
from standfirst.cli.serving.supervisor import Supervisor
from standfirst.config.options import CONFIG_FILE
from standfirst.delivery.published import forget_all

DEFAULT_HOME = "demo-newsroom"
TO_IMPORT = "to-import"
"""In the home folder: files that a membership manager may bring in."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst demo`."""
    add_home(parser, DEFAULT_HOME)
    add_serving_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check everything first, make what is missing, then serve until told to stop."""
    folder = required(options.home)
    host, port = options.host or "127.0.0.1", options.port or 8000
    begun = time.monotonic()
    check_port(host, port)
    _check_folder(folder)
    addresses = _follow_address(host, port)
    if not (folder / CONFIG_FILE).exists():
        print(f"Making the demo newsroom at {folder}. This happens once.", flush=True)
        _write(folder)
    home = find(folder, unfinished=True)
    _refuse_other_mode(home)
    with hold_home(folder):
        forget_all(folder / "run")
        start_django(home)
        _bring_up_to_date(home)
        made = (folder / UNFINISHED_FILE).exists()
        sign_ins = _finish(home.path, loopback=is_loopback(host))
        if made:
            print(f"Made in {time.monotonic() - begun:.0f} seconds.")
        announce(addresses, sign_ins, folder / TO_IMPORT)
        with open_listener(host, port) as listener:
            Supervisor(children_of(home, listener, options.workers or home.options.workers)).run()
    return 0


def _check_folder(folder: Path) -> None:
    """Raise Refusal when something else stands where the demo newsroom is to be."""
    ours = any((folder / name).exists() for name in (CONFIG_FILE, UNFINISHED_FILE))
    if folder.exists() and not ours and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{folder} exists and is no newsroom; choose another folder with --home.")


def _refuse_other_mode(home: Home) -> None:
    if home.options.mode != "demo":
        raise Refusal(
            f"the newsroom at {home.path} is a real one; start it with `standfirst serve --home {home.path}`, "
            "or choose another folder for the demo with --home."
        )


def _follow_address(host: str, port: int) -> list[str]:
    """Make the site's address that of this start, and return the addresses it can be reached at."""
    names = [host] if host not in {"0.0.0.0", "::"} else own_addresses()  # noqa: S104 - compared, not listened on
    addresses = [f"http://{f'[{name}]' if ':' in name else name}:{port}" for name in names]
    os.environ.setdefault("STANDFIRST_BASE_URL", addresses[0])
    os.environ.setdefault("STANDFIRST_ALLOWED_HOSTS", json.dumps(names))
    return addresses


def _write(folder: Path) -> None:
    """Write the home folder; the file `unfinished` stays in it until the newsroom is whole."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / UNFINISHED_FILE).write_text("The demo newsroom is being made. `standfirst demo` goes on with it.\n")
        write_home(folder, {"mode": "demo", "time_zone": "Asia/Tbilisi"})
    except OSError as error:
        raise Refusal(f"{folder} cannot be made ({error.strerror}); choose another folder with --home.") from error


def _bring_up_to_date(home: Home) -> None:
    unfinished = (home.path / UNFINISHED_FILE).exists()
    if (migration_state() if unfinished else refuse_newer_database()).unapplied:
        print("Preparing the database …", flush=True)
        migrate()
    if collect_static(home.path):
        print("Prepared the static files.", flush=True)
    follow_base_url(os.environ["STANDFIRST_BASE_URL"])


def _finish(folder: Path, *, loopback: bool) -> list[DemoSignIn]:
    """Fill a newsroom that is new, or was interrupted; return the sign-ins that hold now."""
    marker = folder / UNFINISHED_FILE
    if marker.exists():
        from standfirst.demo.build import build_demo
        from standfirst.demo.to_import import write_files

        with without_mail():
            build_demo(lambda line: print(line, flush=True))
        write_files(folder / TO_IMPORT)
    sign_ins = set_passwords(folder, loopback=loopback)
    marker.unlink(missing_ok=True)
    return sign_ins
