"""Publish entries, and print each one's headline once it is on the record.

Started by test_concurrency.py and test_power_cut.py: NAME, how many, and for a control PRAGMA synchronous's value.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tracker.pledges.models import Pledge  # noqa: E402
from tracker.pledges.recording import Evidence, append  # noqa: E402
from tracker.pledges.statuses import Status  # noqa: E402

name, number = sys.argv[1], int(sys.argv[2])
if sys.argv[3:]:  # a control that must fail: synchronous=OFF
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={sys.argv[3]}")
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
