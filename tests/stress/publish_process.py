"""Publish entries, and print each one's headline once it is on the record.

Started by tests with NAME, how many, and perhaps "slowly": at most ten a second. For a control, what must lose
entries: a value of PRAGMA synchronous, or "early", which prints before an entry is on the record.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tracker.pledges.choices import Status  # noqa: E402
from tracker.pledges.models import Pledge  # noqa: E402
from tracker.pledges.record.publish import Evidence, publish_entry  # noqa: E402

name, number = sys.argv[1], int(sys.argv[2])
control = "".join(sys.argv[3:])
if control not in ("", "early", "slowly"):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={control}")
pledge = Pledge.objects.order_by("slug").first()
passage = pledge.citations.first().passage
for count in range(number):
    headline = f"Drill {name} {count}"
    today = timezone.localdate()
    if control == "early":
        print(headline, flush=True)
        time.sleep(0.02)
    if control == "slowly":
        time.sleep(0.1)
    publish_entry(
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
