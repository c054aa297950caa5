"""The code that shows that who sets up the tracker has seen the screen on which it was started.

It is made where there is no account, kept in DATA_DIR, printed, and ends with the first account.
"""

import hmac
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from tracker.core.files.secret_files import read_or_create_secret
from tracker.desk.accounts.permissions import Ability, may
from tracker.pledges.models import RecordEntry

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def needs_setup() -> bool:
    """Return whether nobody has an account yet. One query."""
    return not get_user_model().objects.exists()


def is_setting_up(user: Any) -> bool:
    """Return whether a person manages a tracker on which nothing was published yet. One query for who manages it."""
    return may(user, Ability.MANAGE) and not RecordEntry.objects.exists()


def setup_code() -> str:
    """Return the code, made where there is none: 12 letters and digits, in three groups. Raises OSError."""
    return read_or_create_secret(_path(), _make).decode("ascii")


def check_setup_code(typed: str) -> None:
    """Raise ValidationError, for the field "code", for what is not the code. Case and separators do not matter."""
    code = _plain(setup_code()) if _path().exists() else ""
    if not code or not hmac.compare_digest(_plain(typed).encode(), code.encode()):
        raise ValidationError({"code": "This is not the code that was printed where the program was started."})


def end_setup_code() -> None:
    """Let the code be of no use any more."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "setup_code"


def _make() -> bytes:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups).encode("ascii")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
