#!/usr/bin/env bash
# A contract that was opened stands as planned, because an older notice has a later text for its day.
#
# What surprises: governments publish contracts as releases (Open Contracting Data Standard), and the record of one is
# made of its releases "in chronological order by date". Dates have a zone. ocdsmerge, the reference implementation,
# puts them into the order of their letters: 00:30 on 1 August in British summer time, which is 23:30 UTC on 31 July,
# comes after 23:45 UTC on 31 July, and 09:00:00 after half a second past it. The older state stands as the current
# one, is the last in the history of the versioned release, and gives the record its date. Where all dates are in UTC
# and of one length the order is right.
# Why it matters: whether a tender was opened or a contract signed shows that a pledge is under way. What is asked of a
# record is its latest state.
# Version: ocdsmerge 0.8.0 (pip), with a schema of the few fields that are used here.
# What we do: entries of our record have a position and are put in order by it, and each instant is in UTC with six
# places for its fraction, so that its letters have the order of time.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check ocdsmerge==0.8.0

cat > merge.py <<'PYTHON'
import datetime as dt

import ocdsmerge

TEXT = {"type": "string"}
METADATA = {"type": "string", "omitWhenMerged": True}
TENDER = {"type": "object", "properties": {"id": {**TEXT, "versionId": True}, "status": TEXT}}
TAG = {"type": "array", "items": TEXT, "omitWhenMerged": True}
SCHEMA = {
    "type": "object",
    "properties": {"ocid": TEXT, "id": METADATA, "date": METADATA, "tag": TAG, "tender": TENDER},
}
MERGER = ocdsmerge.Merger(SCHEMA)
CASES = {
    "two zones": ("2026-08-01T00:30:00+01:00", "2026-07-31T23:45:00Z"),
    "the same in UTC (control)": ("2026-07-31T23:30:00Z", "2026-07-31T23:45:00Z"),
    "a fraction": ("2026-07-31T09:00:00Z", "2026-07-31T09:00:00.5Z"),
    "both with a fraction (control)": ("2026-07-31T09:00:00.0Z", "2026-07-31T09:00:00.5Z"),
}


def release(number, date, status):
    tender = {"id": "tender", "status": status}
    return {"ocid": "ocds-213czf-1", "id": str(number), "date": date, "tag": ["tender"], "tender": tender}


for name, (earlier, later) in CASES.items():
    assert dt.datetime.fromisoformat(earlier) < dt.datetime.fromisoformat(later)
    releases = [release(1, earlier, "planned"), release(2, later, "active")]
    compiled = MERGER.create_compiled_release(releases)
    versions = MERGER.create_versioned_release(releases)["tender"]["status"]
    print(f"{name}: planned at {earlier}, active at {later}")
    history = ", ".join(one["value"] for one in versions)
    print(f"  now {compiled['tender']['status']}, dated {compiled['date']}; history: {history}")
PYTHON

cat > expected <<'SEEN'
two zones: planned at 2026-08-01T00:30:00+01:00, active at 2026-07-31T23:45:00Z
  now planned, dated 2026-08-01T00:30:00+01:00; history: active, planned
the same in UTC (control): planned at 2026-07-31T23:30:00Z, active at 2026-07-31T23:45:00Z
  now active, dated 2026-07-31T23:45:00Z; history: planned, active
a fraction: planned at 2026-07-31T09:00:00Z, active at 2026-07-31T09:00:00.5Z
  now planned, dated 2026-07-31T09:00:00Z; history: active, planned
both with a fraction (control): planned at 2026-07-31T09:00:00.0Z, active at 2026-07-31T09:00:00.5Z
  now active, dated 2026-07-31T09:00:00.5Z; history: planned, active
SEEN

echo "ocdsmerge 0.8.0: two releases of one contract, the earlier one named first"
venv/bin/python -W ignore merge.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
