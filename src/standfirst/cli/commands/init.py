"""Make a newsroom, and ask nothing.

Makes the home folder with its configuration and secret key, the database, the site's tree with one edition for each
--language, and an administrator whose password is printed once.
"""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from standfirst.cli.beside import folder_beside
from standfirst.cli.errors import Refusal
from standfirst.cli.home import Home, required, start_django
from standfirst.cli.making import write_home
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, migrate
from standfirst.config.options import Options, OptionsError, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst init`."""
    add_home(parser)
    parser.add_argument("--name", required=True, help="the newsroom's name, as readers see it")
    parser.add_argument("--admin-email", required=True, metavar="EMAIL", help="who administers the newsroom")
    parser.add_argument(
        "--language",
        action="append",
        metavar="CODE",
        help="an edition (en, ru, ka, hy, az, fa); repeat it for several, the default edition first (default: en)",
    )
    parser.add_argument("--base-url", default="http://127.0.0.1:8000", metavar="URL", help="the site's public address")
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="for example Asia/Tbilisi")
    parser.add_argument("--database-url", default="", metavar="URL", help="PostgreSQL instead of SQLite")


def run(options: argparse.Namespace) -> int:
    """Make the newsroom in a folder beside its own, and move it into place when it is whole."""
    folder = required(options.home)
    languages = list(dict.fromkeys(options.language or ["en"]))
    values = _checked(options, languages)
    _check_free(folder)
    password = secrets.token_urlsafe(12)
    with folder_beside(folder, "unfinished") as partial:
        write_home(partial, values)
        home = Home(partial, _load(partial))
        print(f"Making the newsroom at {folder} …", flush=True)
        start_django(home)
        from django.db import connections

        _refuse_used_database(home)
        migrate()
        _open(options.name, options.base_url, languages, options.admin_email, password)
        collect_static(partial)
        connections.close_all()
        partial.replace(folder)
    print(
        f"Done. Start it with:  standfirst serve --home {folder}\n"
        f"Sign in at {options.base_url.rstrip('/')}/desk/ as {options.admin_email}\n"
        f"with the password {password} (shown only now; change it there under your account)."
    )
    return 0


def _checked(options: argparse.Namespace, languages: list[str]) -> dict[str, Any]:
    """Return the options to write into the file. Raises Refusal with one sentence when one is bad."""
    from django.core.exceptions import ValidationError as BadEmail
    from django.core.validators import EmailValidator

    values: dict[str, Any] = {
        "base_url": options.base_url,
        "language": languages[0],
        "time_zone": options.time_zone,
        "mail_from": options.admin_email,
    }
    if options.database_url:
        values["database_url"] = options.database_url
    for candidate in [*({"language": code} for code in languages[1:]), values]:
        try:
            Options.model_validate(candidate)
        except ValidationError as error:
            first = error.errors()[0]
            key = "--" + "-".join(str(part) for part in first["loc"]).replace("_", "-")
            reason = str(first["msg"]).removeprefix("Value error, ")
            raise Refusal(f"{key} {first['input']!r}: {reason}." if first["loc"] else f"{reason}.") from error
    try:
        EmailValidator()(options.admin_email)
    except BadEmail as error:
        raise Refusal(f"--admin-email {options.admin_email!r} is no e-mail address.") from error
    if not options.name.strip():
        raise Refusal("--name is empty; give the newsroom's name.")
    return values


def _load(folder: Path) -> Options:
    try:
        return load(folder)
    except OptionsError as error:
        raise Refusal(str(error)) from error


def _check_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{folder} exists and is not empty; choose another home folder.")


def _refuse_used_database(home: Home) -> None:
    """Raise Refusal when the PostgreSQL database cannot be reached or holds tables already."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
    except DatabaseError as error:
        raise Refusal(f"the database cannot be reached ({str(error).strip()}); check --database-url.") from error
    if tables:
        raise Refusal(f"the database {home.options.database_url.rsplit('/', 1)[-1]} is not empty; give an empty one.")


def _open(name: str, base_url: str, languages: list[str], email: str, password: str) -> None:
    """Make the tree and the administrator, in one transaction."""
    from django.db import transaction

    from standfirst.accounts.actions import add_staff
    from standfirst.stories.actions.open_newsroom import open_edition, open_newsroom

    with transaction.atomic():
        newsroom = open_newsroom(name=name.strip(), base_url=base_url)
        for language in languages:
            open_edition(newsroom=newsroom, language=language)
        add_staff(email=email, name="", role="administrator", password=password)
