"""A task that takes long enough to be killed in."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def take_long(sign: str, seconds: float) -> None:
    """Add this process to the file `sign`, and take `seconds`."""
    with Path(sign).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(seconds)
