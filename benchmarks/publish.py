"""Publish entries one after the other on one installation, and print the median time of one in milliseconds.

``--each``: one for each line that comes, about one pledge after another, each with another status than the pledge had.
``--about SLUG NUMBER``: so many about one pledge.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from tracker.pledges.choices import Status  # noqa: E402
from tracker.pledges.models import Pledge  # noqa: E402
from tracker.pledges.record.publish import Evidence, publish_entry  # noqa: E402


def _publish(pledge: Pledge, status: Status, step: str = "") -> None:
    today = timezone.localdate()
    passage = pledge.citations.select_related("passage__source").first().passage
    publish_entry(pledge, status=status, step=step, effective_on=today, looked_until=today,
                  headline="Made-up entry", evidence=[Evidence(passage)],
                  by="Made-up editor", approved_by="Made-up publisher")  # fmt: skip


def publish_each() -> None:
    """Publish an entry for each line of the standard input, and say so in a line."""
    pledges = Pledge.objects.with_record().order_by("?")[:1000].iterator()
    for _, pledge in zip(sys.stdin, pledges, strict=False):
        none_before = pledge.status == Status.NONE_FOUND
        _publish(pledge, *((Status.ANNOUNCED, "announced") if none_before else (Status.NONE_FOUND,)))
        print("done", flush=True)


def publish_about(slug: str, number: int) -> None:
    """Publish so many entries about one pledge."""
    pledge = Pledge.objects.get(slug=slug)
    for _ in range(number):
        _publish(pledge, Status.NONE_FOUND)


def main() -> None:
    """Publish, and print."""
    took = []
    for pledge in Pledge.objects.order_by("pk")[:25]:
        start = time.perf_counter()
        _publish(pledge, Status.NONE_FOUND)
        took.append(time.perf_counter() - start)
    print(statistics.median(took) * 1000)


if __name__ == "__main__":
    if "--about" in sys.argv:
        publish_about(sys.argv[2], int(sys.argv[3]))
    else:
        publish_each() if "--each" in sys.argv else main()
