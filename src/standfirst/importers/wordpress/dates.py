"""When something was written. WordPress stores local time and UTC, and sometimes only one of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from django.utils import timezone as django_timezone

from standfirst.importers.wordpress.entries import Item

_FORMAT = "%Y-%m-%d %H:%M:%S"
_EARLIEST = 1900
_ODDEST_OFFSET = timedelta(hours=15)
"""No zone of the world is further from UTC than 14 hours."""


def parse(text: str) -> datetime | None:
    """Read `2013-11-02 23:02:32`; `None` for WordPress' zero date and anything that is no date."""
    try:
        moment = datetime.strptime(text.strip(), _FORMAT)  # noqa: DTZ007 - WordPress writes no zone; callers add it
    except ValueError:
        return None
    return moment if moment.year >= _EARLIEST else None


class SiteClock:
    """Knows how far the old site's clock was from UTC, month by month, from dates given both ways."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone
        self._months: dict[tuple[int, int], Counter[timedelta]] = {}
        self._all: Counter[timedelta] = Counter()

    def learn(self, item: Item) -> None:
        """Note the distance that `item` shows."""
        local, utc = parse(item.post_date), parse(item.post_date_gmt)
        if local and utc and abs(local - utc) <= _ODDEST_OFFSET:
            self._months.setdefault((local.year, local.month), Counter())[local - utc] += 1
            self._all[local - utc] += 1

    def utc(self, local_text: str, utc_text: str) -> datetime | None:
        """The moment, from the UTC date if there is one, else from the local one and the old site's zone."""
        utc = parse(utc_text)
        if utc:
            return utc.replace(tzinfo=UTC)
        local = parse(local_text)
        return local.replace(tzinfo=self._zone_at(local)).astimezone(UTC) if local else None

    def _zone_at(self, local: datetime) -> tzinfo:
        if self.zone:
            return self.zone
        seen = self._months.get((local.year, local.month)) or self._all
        if seen:
            return timezone(seen.most_common(1)[0][0])
        return django_timezone.get_default_timezone()

    def published(self, item: Item) -> datetime | None:
        """When `item` was (or is to be) published; from the feed's date when WordPress' own are missing."""
        moment = self.utc(item.post_date, item.post_date_gmt)
        if moment or not item.published:
            return moment
        try:
            stated = parsedate_to_datetime(item.published)
        except ValueError:
            return None
        stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
        # WordPress writes this day for a draft that has no date at all.
        return None if stated.date().isoformat() in ("1999-11-30", "-0001-11-30") else stated.astimezone(UTC)

    def modified(self, item: Item) -> datetime | None:
        return self.utc(item.post_modified, item.post_modified_gmt)
