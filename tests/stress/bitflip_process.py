"""Flip one bit of the database file at a time, and count the flips that change the record unseen.

Started by test_bit_rot.py with DATA_DIR set to a loaded SQLite database.
"""

import contextlib
import json
import os
import random
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from tracker.pledges.record.export import entries  # noqa: E402
from tracker.pledges.record.verify import Problem, verify_chain  # noqa: E402

path = settings.DATABASES["default"]["NAME"]


def record() -> list[str]:
    """The record as the database has it now."""
    return [json.dumps(entry) for entry in entries()]


def complains() -> bool:
    """Whether verifying says that something is wrong, or can't read the record at all."""
    try:
        return any(isinstance(step, Problem) for step in verify_chain())
    except Exception:
        return True


good, truth = Path(path).read_bytes(), record()
random.seed(20261124)
changed = unseen = integrity_said_ok = 0
for _ in range(int(sys.argv[1])):
    connection.close()
    bad = bytearray(good)
    place = random.randrange(100, len(bad))
    bad[place] ^= 1 << random.randrange(8)
    Path(path).write_bytes(bad)
    try:
        same = record() == truth
    except Exception:
        same = False
    if same:
        continue
    changed += 1
    unseen += not complains()
    with contextlib.suppress(Exception), connection.cursor() as cursor:
        integrity_said_ok += cursor.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
connection.close()
Path(path).write_bytes(good)
print(json.dumps({"changed": changed, "unseen": unseen, "integrity_check_said_ok": integrity_said_ok}))
