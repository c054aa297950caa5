"""Refuse an instant that no clock can mean: what enters the record keeps its time for good."""

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

DATABASE_CLOCKS = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "sqlite": "SELECT strftime('%s', 'now')",
}
"""How each database is asked for the seconds since 1970 by its own clock."""


class _Published(Protocol):
    @property
    def published_at(self) -> dt.datetime: ...


def check_instant(instant: dt.datetime, *, last: _Published | None, is_now: bool) -> None:
    """Raise ValidationError where an entry would get an instant that is wrong by more than the settings allow.

    ``last`` is the entry before; ``is_now`` says that the instant is this machine's present, and no earlier one that
    an import brings. Compared with the entry before (MAX_HOURS_BETWEEN_ENTRIES), the database's clock and that of the
    file system of DATA_DIR (MAX_CLOCK_DIFFERENCE_MINUTES); 0 switches either off.
    """
    hours = settings.MAX_HOURS_BETWEEN_ENTRIES if is_now else 0
    if hours and last and instant - last.published_at > dt.timedelta(hours=hours):
        raise ValidationError(
            f"Nothing was published: by this machine’s clock it is {_shown(instant)}, and the last entry is of "
            f"{_shown(last.published_at)}, more than {hours} hours before. A time on the record is never changed. "
            "Operator: correct the clock; or if it is right, raise MAX_HOURS_BETWEEN_ENTRIES, then publish again."
        )
    if not (minutes := settings.MAX_CLOCK_DIFFERENCE_MINUTES):
        return
    allowed = dt.timedelta(minutes=minutes)
    for name, clock in _other_clocks():
        if instant - clock > allowed or (is_now and clock - instant > allowed):
            raise ValidationError(
                f"Nothing was published: by this machine’s clock it is {_shown(instant)}, by that of {name} "
                f"{_shown(clock)}. A time on the record is never changed. Operator: set the clocks right (NTP), then "
                "publish again; MAX_CLOCK_DIFFERENCE_MINUTES says by how much they may differ."
            )


def _other_clocks() -> Iterator[tuple[str, dt.datetime]]:
    """Yield the clocks that this process can ask, with their names. One that cannot be asked is left out."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_CLOCKS[connection.vendor])
        yield "the database", dt.datetime.fromtimestamp(float(cursor.fetchone()[0]), dt.UTC)
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b".")
            file.flush()
            yield "the disk of DATA_DIR", dt.datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, dt.UTC)
    except OSError:
        return  # a full or read-only disk is told by the health checks


def _shown(instant: dt.datetime) -> str:
    return f"{instant.astimezone(dt.UTC):%-d %B %Y, %H:%M} UTC"
