#!/usr/bin/env bash
# A financial year is a summer, and a deadline without an end is ten years.
#
# What surprises: "2025-26", as Britain writes a financial year, is valid EDTF (ISO 8601-2) and means summer 2025 in
# the northern hemisphere. Python's library says June to August, JavaScript's says April to June. They agree on no
# season: spring 2026 is March to May in one, January to March in the other, and winter 2026 is December alone, or
# October to December. An interval whose end is unknown ("2026-07-01/") ends ten years later in Python and never in
# JavaScript.
# Why it matters: "in 2025-26", "by spring" and "from July" are how deadlines of pledges are worded. Who reads them
# into EDTF has a day that nobody stated, and another one in the next program.
# Versions: edtf 5.0.2 (pip), edtf 4.11.1 (npm).
# What we do: a deadline is a day only where the source names one. All other words stay words, beside the empty day
# (deadline_note). We neither read nor write EDTF.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check edtf==5.0.2
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" edtf@4.11.1 > /dev/null

cat > bounds.py <<'PYTHON'
import sys
import time

from edtf import parse_edtf


def day(bound):
    return time.strftime("%Y-%m-%d", bound) if isinstance(bound, time.struct_time) else "none"


for text in sys.argv[1:]:
    date = parse_edtf(text)
    print(text, day(date.lower_strict()), day(date.upper_strict()))
PYTHON

cat > bounds.mjs <<'JAVASCRIPT'
import edtf from 'edtf';

const day = (bound) => (Number.isFinite(bound) ? new Date(bound).toISOString().slice(0, 10) : 'none');
for (const text of process.argv.slice(2)) {
  const date = edtf(text);
  console.log(text, day(date.min), day(date.max));
}
JAVASCRIPT

texts=(2025-26 2026-21 2026-24 2026-07-01/ 2026-07)
cat > expected <<'SEEN'
Python:
2025-26 2025-06-01 2025-08-31
2026-21 2026-03-01 2026-05-31
2026-24 2026-12-01 2026-12-31
2026-07-01/ 2026-07-01 2036-07-01
2026-07 2026-07-01 2026-07-31
JavaScript:
2025-26 2025-04-01 2025-06-30
2026-21 2026-01-01 2026-03-31
2026-24 2026-10-01 2026-12-31
2026-07-01/ 2026-07-01 none
2026-07 2026-07-01 2026-07-31
SEEN

echo "edtf 5.0.2 (Python), edtf 4.11.1 (JavaScript): the text, its first and its last day (the last line is the control)"
{ echo Python:; venv/bin/python bounds.py "${texts[@]}"; echo JavaScript:; node bounds.mjs "${texts[@]}"; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
