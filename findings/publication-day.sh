#!/usr/bin/env bash
# The day on which something was promised for is taken for the day of publication.
#
# What surprises: htmldate says when a page was published. Where a page has no such day, its answer is a day out of
# the running text: the deadline of a pledge, or the day on which an inquiry was set up years before. "June 2023" at
# the top becomes 1 January 2023. The answer does not say where it was taken from. With extensive_search=False it
# answers none of these, and still finds what is marked as the day of publication.
# Why it matters: a pledge counts from the day on which it was made. With its deadline as that day it never had any
# time, and order is what tells a promise from a report that it was kept.
# Version: htmldate 1.11.0 (pip); trafilatura takes its dates from it.
# What we do: we propose a day only from the page's own marks (metadata, <time>), say from which, and the desk
# confirms it. No day is ever proposed from the text.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check htmldate==1.11.0

cat > look.py <<'PYTHON'
from htmldate import find_date

PAGES = {
    "a deadline": "<p>We will lay the regulations by 31 July 2024 and report to Parliament.</p>",
    "an inquiry’s first day": "<p>The inquiry was set up on 3 March 2019. We respond today, 16 June 2023.</p>",
    "a month": "<p>June 2023</p><p>We accept every recommendation.</p>",
    "a mark (control)": '<p><time datetime="2023-06-16">16 June 2023</time></p><p>We will report by 31 July 2024.</p>',
}
for name, words in PAGES.items():
    page = f"<html><head><title>Response</title></head><body><main><h1>Response</h1>{words}</main></body></html>"
    print(f"{name}: published {find_date(page, original_date=True)}, "
          f"without the extensive search {find_date(page, original_date=True, extensive_search=False)}")
PYTHON

cat > expected <<'SEEN'
a deadline: published 2024-07-31, without the extensive search None
an inquiry’s first day: published 2019-03-03, without the extensive search None
a month: published 2023-01-01, without the extensive search None
a mark (control): published 2023-06-16, without the extensive search 2023-06-16
SEEN

echo "htmldate 1.11.0"
PYTHONUTF8=1 venv/bin/python -W ignore look.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
