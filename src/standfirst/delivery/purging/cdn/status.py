"""How the CDN does, for other processes to see: metrics, the desk and `standfirst doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from standfirst.delivery.published import SUFFIX, Slot, read
from standfirst.delivery.purging.cdn.service import Service, configured
from standfirst.delivery.purging.cdn.telling import Waiting

ROLE = "cdn"
LATE_AFTER = 30.0
"""Seconds for which a change may wait to be told before that is a problem."""


@dataclass(frozen=True)
class CdnStatus:
    """What the background worker said last: keys or addresses that wait, since how many seconds, and why."""

    service: str
    waiting: int
    seconds: float
    cause: str

    @property
    def late(self) -> bool:
        """Whether somebody should look at it."""
        return self.seconds > LATE_AFTER


def make_slot(folder: Path | None) -> Slot | None:
    """The place in the newsroom's run folder where the status stands; `None` without a folder."""
    return Slot.make(folder, ROLE, 0) if folder else None


def publish(slot: Slot | None, service: Service, waiting: Waiting) -> None:
    """Say how it stands."""
    if slot is not None:
        slot.write(
            {
                "service": service.name,
                "waiting": waiting.targets,
                "seconds": round(waiting.seconds, 1),
                "cause": waiting.cause[:500],
            }
        )


def cdn_status(folder: Path | None) -> CdnStatus | None:
    """What stands in the run `folder` of the configured CDN, `None` without one or while nobody has told it yet."""
    facts = read(folder / f"{ROLE}-0{SUFFIX}") if folder else None
    return CdnStatus(**facts) if facts and facts["service"] == configured().name else None
