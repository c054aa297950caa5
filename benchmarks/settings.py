"""The tracker's settings with the peer's address added."""

from tracker.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
READ_LIMITS: dict[str, int] = {}
