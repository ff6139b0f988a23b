"""An editor at work: a process inside the newsroom's own Django that publishes what it is told to, a line a command.

It stands for every writer that is not the web server: the command line, an import, the background worker.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from tests.journeys.serving import ROOT, environment

ANSWER_WITHIN = 90.0


class Editor:
    """Publishes stories of the newsroom in `home`; `variables` are more of its environment."""

    def __init__(self, home: Path, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.editing"],
            env=environment(home, DJANGO_SETTINGS_MODULE="standfirst.config.settings", **variables),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders: TextIO = self._process.stdin
        self._reports: TextIO = self._process.stdout
        assert self.report() == {"ready": True}

    def __enter__(self) -> Editor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def report(self) -> dict[str, Any]:
        """Wait for the report on the next order that has none yet."""
        line = self._reports.readline()
        assert line, f"the editor ended with status {self._process.wait(10)}"
        report: dict[str, Any] = json.loads(line)
        return report

    def order(self, **order: Any) -> None:
        """Give an order without waiting for its end."""
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()

    def publish(self, path: str, headline: str) -> dict[str, Any]:
        """Give the story at `path` another headline.

        Return `{"committed": seconds of the monotonic clock}`, or `{"error": its name and message}`.
        """
        self.order(path=path, headline=headline)
        return self.report()

    def enqueue_slow_task(self, sign: Path, *, seconds: float) -> str:
        """Queue a task that adds its process to the file `sign` and then takes so long; return its number."""
        self.order(sign=str(sign), seconds=seconds)
        return str(self.report()["task"])

    def kill(self) -> None:
        """Kill it in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let it end."""
        for stream in (self._orders, self._reports):
            with contextlib.suppress(BrokenPipeError):  # it was killed
                stream.close()
        self._process.wait(30)


def main() -> None:
    """Carry out orders until there are no more."""
    import django

    django.setup()
    _say({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        if "sign" in order:
            from tests.faults.tasks import take_long

            _say({"task": str(take_long.enqueue(order["sign"], order["seconds"]).id)})
        elif "run" in order:  # a publish loop without answers, for those who want to be killed in it
            for number in range(order["run"]):
                _say(_publish(order["path"], f"{order['headline']} {number}"))
        else:
            _say(_publish(order["path"], order["headline"]))


def _publish(path: str, headline: str) -> dict[str, Any]:
    from django.db import Error

    from standfirst.stories.models import Article

    try:
        story = Article.objects.get(url_path__endswith=path, live=True)
        story.title = headline
        story.save_revision().publish()
    except (Error, OSError) as error:
        return {"error": f"{type(error).__name__}: {error}", "headline": headline}
    return {"committed": time.monotonic(), "headline": headline}


def _say(report: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
