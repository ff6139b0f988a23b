"""Checks of the home folder and the machine, which need no Django."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from standfirst.cli.examination.finding import Finding, good, note, problem
from standfirst.cli.home import Home
from standfirst.config.addresses import LOOPBACK_HOSTS
from standfirst.config.options import CONFIG_FILE, ENV_PREFIX, SECRET_FILE

LITTLE_SPACE = 1024 * 2**20
NO_SPACE = 200 * 2**20
OLD_BACKUP_DAYS = 8


def check_configuration(home: Home) -> Iterator[Finding]:
    """Mode, address and https."""
    options = home.options
    if options.mode == "demo":
        yield note("configuration", "this is a demo newsroom", "never put it on the internet; use `standfirst init`.")
    host = options.base_url.split("://", 1)[1].rsplit(":", 1)[0]
    if options.mode == "production" and host in LOOPBACK_HOSTS:
        remedy = f"set base_url in {home.path / CONFIG_FILE} to the public https address before readers come."
        yield note("base_url", f"{options.base_url} is reachable from this machine only", remedy)
    else:
        yield good("base_url", options.base_url)
    if options.https and not options.behind_proxy:
        yield problem(
            "behind_proxy",
            "the site is https, but the proxy's headers are not trusted, so sign-in would fail",
            "set behind_proxy = true when Caddy or nginx stands in front.",
        )


def check_permissions(home: Home) -> Iterator[Finding]:
    """Secret, configuration and database belong to the owner alone, and the home folder can be written."""
    exposed = list(_readable_by_others(home))
    yield from exposed
    if not os.access(home.path, os.W_OK | os.X_OK):
        yield problem("permissions", f"{home.path} cannot be written", f"run this as the owner of {home.path}.")
    elif not exposed:
        yield good("permissions", "secret key, configuration and database are private")


def _readable_by_others(home: Home) -> Iterator[Finding]:
    for name in (SECRET_FILE, CONFIG_FILE, home.database.name):
        file = home.path / name
        if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield problem("permissions", f"others may read {file}", f"chmod 600 {file}")


def check_disk(home: Home) -> Iterator[Finding]:
    """Free space where the newsroom lives."""
    free = shutil.disk_usage(home.path).free
    found = f"{free // 2**20:,} MB free at {home.path}"
    if free < NO_SPACE:
        yield problem("disk", found, "free some space now: SQLite stops when the disk is full.")
    elif free < LITTLE_SPACE:
        yield note("disk", found, "free some space, or move media and backups to a bigger disk.")
    else:
        yield good("disk", found)


def check_media(home: Home) -> Iterator[Finding]:
    """The folder of uploads is there and can be written; a bucket is asked by `database.check_bucket`."""
    if home.options.media_bucket:
        return
    media = home.path / "media"
    if not media.is_dir():
        yield problem("media", f"{media} is missing", "bring it back with `standfirst restore`, or make the folder.")
    elif not os.access(media, os.W_OK | os.X_OK):
        yield problem("media", f"{media} cannot be written", f"give {media} to the user that serves the site.")
    else:
        yield good("media", str(media))


def check_clock(home: Home) -> Iterator[Finding]:
    """The clock is not behind the files it wrote, and the time zone is not left at UTC by oversight."""
    newest = max((file.stat().st_mtime for file in home.path.iterdir()), default=0.0)
    if newest > time.time() + 120:
        yield problem("clock", "the clock is behind the newest file of the newsroom", "set the clock (timedatectl).")
    local = datetime.now(ZoneInfo(home.options.time_zone))
    found = f"{local:%Y-%m-%d %H:%M} in {home.options.time_zone}"
    if home.options.time_zone == "UTC":
        yield note("clock", found, 'set time_zone to where the newsroom works, for example "Asia/Tbilisi".')
    else:
        yield good("clock", found)


def check_backups(home: Home) -> Iterator[Finding]:
    """There is a fresh archive in the usual place."""
    archives = sorted((home.path / "backups").glob("*.tar"), key=lambda file: file.stat().st_mtime)
    if not archives:
        yield note("backups", f"none in {home.path / 'backups'}", "run `standfirst backup`, best each night.")
        return
    age = (datetime.now(UTC) - datetime.fromtimestamp(archives[-1].stat().st_mtime, UTC)).days
    if age >= OLD_BACKUP_DAYS:
        yield note("backups", f"the newest is {age} days old", "run `standfirst backup`; check the timer.")
    else:
        yield good("backups", f"the newest is {archives[-1].name}")


def check_environment(home: Home) -> Iterator[Finding]:
    """Say when the environment changes what the file says."""
    names = sorted(name for name in os.environ if name.startswith(ENV_PREFIX) and name != "STANDFIRST_HOME")
    if names:
        found = f"{', '.join(names)} overrule {home.path / CONFIG_FILE}"
        yield note("environment", found, "unset what is not meant.")
