"""Adds visits up into the rows that counting would have made of them, robots and attackers under what filtered them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.db import transaction

from standfirst.counting import caps
from standfirst.counting.models import Filtered, ReaderDay, StoryHour, StorySlot
from standfirst.counting.models.rollups import SLOT_MINUTES
from standfirst.counting.reasons import Reason
from standfirst.demo.traffic.visits import Visit, Who

SOURCE = "invented"
"""The source of every row: nothing that was counted has it."""
A_STATEMENT = 500
REASONS = {Who.ROBOT: Reason.ROBOT, Who.SILENT: Reason.ASKED_NOT}


@dataclass
class RollUps:
    """Sums of visits. Days of readers are those of `zone`."""

    zone: tzinfo
    hours: dict[tuple[Any, ...], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    slots: dict[tuple[Any, ...], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    visitors: dict[tuple[Any, ...], set[int]] = field(default_factory=lambda: defaultdict(set))
    filtered: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    attacked: Counter[datetime] = field(default_factory=Counter)

    def add(self, visits: Iterable[Visit]) -> None:
        """Add visits; those of an attacker up to what the caps let through of one network."""
        for visit in visits:
            hour = visit.at.replace(minute=0, second=0, microsecond=0)
            if visit.who is Who.ATTACKER:
                self._attacked(visit, hour)
            elif visit.is_counted:
                self._counted(visit, hour)
            else:
                self.filtered[hour, REASONS[visit.who]] += 1

    def _attacked(self, visit: Visit, hour: datetime) -> None:
        """One in three is forged and one is sent again; the rest the network's cap on reads of a story lets through."""
        number = self.attacked[hour]
        self.attacked[hour] += 1
        if number % 3 or number // 3 >= caps.NETWORK_READS:
            reason = (Reason.NETWORK_CAP, Reason.FORGED, Reason.REPLAYED)[number % 3]
            self.filtered[hour, reason] += 1
        else:
            self._counted(visit, hour)

    def _counted(self, visit: Visit, hour: datetime) -> None:
        read = int(visit.is_read)
        of_hour = self.hours[hour, visit.story, visit.edition, visit.referrer, visit.campaign, str(visit.device)]
        numbers = (1, read, visit.seconds, visit.depth if visit.story else 0)
        for at, number in enumerate(numbers):
            of_hour[at] += number
        minute = visit.at.minute - visit.at.minute % SLOT_MINUTES
        of_slot = self.slots[hour + timedelta(minutes=minute), visit.story, visit.edition, visit.referrer]
        of_slot[0] += 1
        of_slot[1] += read
        self.visitors[visit.at.astimezone(self.zone).date(), visit.edition].add(visit.visitor)

    @transaction.atomic
    def write(self, source: str = SOURCE) -> int:
        """Write the rows of a `source` that has none yet; return how many they are."""
        rows: list[list[Any]] = [
            [
                StoryHour(
                    hour=hour, story_id=story, edition_id=edition, referrer=referrer, campaign=campaign, device=device,
                    source=source, views=sums[0], reads=sums[1], engaged_seconds=sums[2], depth_total=sums[3],
                )
                for (hour, story, edition, referrer, campaign, device), sums in self.hours.items()
            ],
            [
                StorySlot(
                    slot=slot, story_id=story, edition_id=edition, referrer=referrer, source=source,
                    views=sums[0], reads=sums[1],
                )
                for (slot, story, edition, referrer), sums in self.slots.items()
            ],
            [
                ReaderDay(day=day, edition_id=edition, source=source, readers=len(found))
                for (day, edition), found in self.visitors.items()
            ],
            [
                Filtered(hour=hour, reason=reason, source=source, hits=hits)
                for (hour, reason), hits in self.filtered.items()
            ],
        ]  # fmt: skip
        for found in rows:
            if found:
                type(found[0]).objects.bulk_create(found, batch_size=A_STATEMENT)
        return sum(map(len, rows))
