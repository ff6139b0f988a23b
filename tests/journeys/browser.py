"""The browser that journeys click in: the system's Chromium, else Debian's package, else Playwright's own.

`python tests/journeys/browser.py --install` finds one or installs it and prints its path. It fails, as the tests do,
with a sentence that says what to install: a journey is never skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Where Playwright unpacks its own browsers, and their programs in there, on Linux and macOS.
PLAYWRIGHT_FOLDERS = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
PLAYWRIGHT_PROGRAMS = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
REMEDY = (
    "Journeys need a browser and none was found. Install Chromium (Debian, Ubuntu: apt install chromium), or run "
    "`.venv/bin/python -m playwright install chromium`, or name one in the environment variable CHROMIUM."
)


def find_browser() -> str | None:
    """Return the path of a Chromium that is installed, or None. `CHROMIUM` in the environment goes first."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).exists() else None
    return next((path for path in _candidates() if path), None)


def _candidates() -> Iterator[str | None]:
    yield from map(shutil.which, NAMES)
    if MAC.exists():
        yield str(MAC)
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for folder in [Path(named)] if named else PLAYWRIGHT_FOLDERS:
        for program in PLAYWRIGHT_PROGRAMS:
            yield from map(str, sorted(folder.glob(program), reverse=True))


def install_browser() -> str | None:
    """Return the path of a Chromium, installing one when there is none; None when that failed, too."""
    for command in _ways():
        if found := find_browser():
            return found
        print("No browser yet:", " ".join(command), flush=True)  # noqa: T201 - a script
        subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    return find_browser()


def _ways() -> list[list[str]]:
    """Commands that may bring a browser, best first."""
    ways = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.append(["apt-get", "update", "--quiet"])
        ways.append(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"])
    ways.append([sys.executable, "-m", "playwright", "install", "chromium"])
    return ways


if __name__ == "__main__":
    path = install_browser() if "--install" in sys.argv else find_browser()
    print(path) if path else sys.exit(REMEDY)  # noqa: T201 - a script
