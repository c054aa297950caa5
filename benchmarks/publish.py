"""Publish entries one after the other on one installation, and print the median time of one in milliseconds."""

import datetime as dt
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from tracker.pledges.choices import Status  # noqa: E402
from tracker.pledges.models import Pledge  # noqa: E402
from tracker.pledges.record.publish import Evidence, publish_entry  # noqa: E402


def main() -> None:
    """Publish, and print."""
    today = dt.date(2026, 11, 1)
    took = []
    for pledge in Pledge.objects.order_by("pk")[:25]:
        passage = pledge.citations.select_related("passage__source").first().passage
        start = time.perf_counter()
        publish_entry(pledge, status=Status.NONE_FOUND, effective_on=today, looked_until=today,
                      headline="Made-up entry", evidence=[Evidence(passage)],
                      by="Made-up editor", approved_by="Made-up publisher")  # fmt: skip
        took.append(time.perf_counter() - start)
    print(statistics.median(took) * 1000)


if __name__ == "__main__":
    main()
