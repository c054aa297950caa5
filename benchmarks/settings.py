"""The tracker's settings with the peer's address added."""

from tracker.settings import *  # noqa: F403
from tracker.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.anew.middleware", *MIDDLEWARE]
READ_LIMITS: dict[str, int] = {}
CLIENT_BUDGET = TOTAL_BUDGET = HEAVY_REQUESTS = 0  # one client asks for all
