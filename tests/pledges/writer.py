"""Publish entries, and print each one's headline once it is on the record. Started by test_concurrency.py."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from tracker.pledges.models import Pledge  # noqa: E402
from tracker.pledges.recording import Evidence, append  # noqa: E402
from tracker.pledges.statuses import Status  # noqa: E402

name, number = sys.argv[1], int(sys.argv[2])
pledge = Pledge.objects.order_by("slug").first()
passage = pledge.citations.first().passage
for count in range(number):
    headline = f"Drill {name} {count}"
    today = timezone.localdate()
    append(
        pledge,
        status=Status.NONE_FOUND,
        effective_on=today,
        looked_until=today,
        headline=headline,
        evidence=[Evidence(passage)],
        by=name,
    )
    sys.stdout.write(f"{headline}\n")
    sys.stdout.flush()
