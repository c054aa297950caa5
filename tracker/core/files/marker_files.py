"""What is done once a night leaves a file behind; its day says whether it was done since midnight."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def last_verified_on() -> Path:
    """Return the file that verify_record leaves behind."""
    return Path(settings.DATA_DIR) / "verified_on"


def read_day_marker(path: Path) -> dt.date | None:
    """Return the day on which a file was last written, in this installation's time zone; None where there is none."""
    try:
        at = path.stat().st_mtime
    except OSError:
        return None
    return dt.datetime.fromtimestamp(at, tz=timezone.get_current_timezone()).date()


def verified_head() -> Path:
    """Return the file with the head of the record as it was verified last, at night."""
    return Path(settings.DATA_DIR) / "verified_head"
