#!/usr/bin/env bash
# "Within 18 months" is eighteen months ago, "may" is the month, and the end of March is the sixteenth.
#
# What surprises: two libraries look for dates in sentences. dateparser's search counts "within 18 months" and "within
# six months of publication" backwards, and with PREFER_DATES_FROM set to the future it counts "over the last 10 years"
# forwards. "May be in force" is the month of May, "We" is a Wednesday, "the end of March 2026" is March with the day
# of today, and "in 2025-26" is 26 June 2025. chrono-node has the end of March right and counts forwards, but finds no
# date at all in "by the end of 2026", "by spring 2026" or "in 2025-26", reads "section 12 May" as 12 May, and puts
# "before 1 May" into the past.
# Why it matters: these are the sentences in which deadlines of pledges stand. A deadline in the past makes a pledge
# late on the day on which it is made.
# Versions: dateparser 1.5.0 (pip), chrono-node 2.10.3 (npm), counted from 16 June 2025.
# What we do: words on a deadline are kept as they are said. A day is read by rules of our own only where the words
# state one, and the desk confirms it.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export TZ=UTC
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check dateparser==1.5.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" chrono-node@2.10.3 > /dev/null

cat > sentences <<'SENTENCES'
The Government will legislate within 18 months.
We will respond within six months of publication.
The duty may be in force by the end of March 2026.
Forces will be inspected in 2025-26.
We will consult by spring 2026.
The list will be published by the end of 2026.
Spending rose over the last 10 years.
Section 12 May be repealed before 1 May.
The rules will be laid no later than 31 July 2026.
SENTENCES

cat > read.py <<'PYTHON'
import datetime as dt
from pathlib import Path

from dateparser.search import search_dates

TODAY = dt.datetime(2025, 6, 16, 12)


def dates(sentence, **settings):
    settings["RELATIVE_BASE"] = TODAY
    results = search_dates(sentence, languages=["en"], settings=settings) or []
    return ", ".join(f"{words} = {day:%Y-%m-%d}" for words, day in results) or "none"


for sentence in Path("sentences").read_text().splitlines():
    print("dateparser |", sentence, "|", dates(sentence))
print("dateparser, future |", sentence := "Spending rose over the last 10 years.", "|", dates(sentence, PREFER_DATES_FROM="future"))
PYTHON

cat > read.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import * as chrono from 'chrono-node';

const instant = new Date(Date.UTC(2025, 5, 16, 12));
for (const sentence of fs.readFileSync('sentences', 'utf8').trim().split('\n')) {
  const results = chrono.en.GB.parse(sentence, { instant, timezone: 'UTC' });
  const dates = results.map((result) => `${result.text} = ${result.start.date().toISOString().slice(0, 10)}`);
  console.log(`chrono-node | ${sentence} | ${dates.join(', ') || 'none'}`);
}
JAVASCRIPT

cat > expected <<'SEEN'
dateparser | The Government will legislate within 18 months. | 18 months = 2023-12-16
dateparser | We will respond within six months of publication. | We = 2025-06-11, six months of = 2024-12-16
dateparser | The duty may be in force by the end of March 2026. | may = 2025-05-16, of March 2026 = 2026-03-16
dateparser | Forces will be inspected in 2025-26. | in 2025-26 = 2025-06-26
dateparser | We will consult by spring 2026. | We = 2025-06-11, 2026 = 2026-06-16
dateparser | The list will be published by the end of 2026. | of 2026 = 2026-06-16
dateparser | Spending rose over the last 10 years. | 10 years = 2015-06-16
dateparser | Section 12 May be repealed before 1 May. | 12 May = 2025-05-12, May = 2025-05-16
dateparser | The rules will be laid no later than 31 July 2026. | 31 July 2026 = 2026-07-31
dateparser, future | Spending rose over the last 10 years. | 10 years = 2035-06-16
chrono-node | The Government will legislate within 18 months. | within 18 months = 2026-12-16
chrono-node | We will respond within six months of publication. | within six months = 2025-12-16
chrono-node | The duty may be in force by the end of March 2026. | end of March 2026 = 2026-03-31
chrono-node | Forces will be inspected in 2025-26. | none
chrono-node | We will consult by spring 2026. | none
chrono-node | The list will be published by the end of 2026. | none
chrono-node | Spending rose over the last 10 years. | last 10 years = 2015-06-16
chrono-node | Section 12 May be repealed before 1 May. | 12 May = 2025-05-12, 1 May = 2025-05-01
chrono-node | The rules will be laid no later than 31 July 2026. | 31 July 2026 = 2026-07-31
SEEN

echo "dateparser 1.5.0, chrono-node 2.10.3, counted from 16 June 2025; the last sentence is the control"
{ venv/bin/python read.py; node read.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
