#!/usr/bin/env bash
# A deadline of 31 July is the 30th in one reader of calendars, and also the 1st of August in another.
#
# What surprises: one day-long event (RFC 5545: DTSTART and the exclusive DTEND are dates, without a clock). node-ical
# makes it midnight by the clock of the machine; in British summer time its JSON says 23:00 UTC of the day before, and
# what told that it is a day (dateOnly) is not in the JSON. icalevents, asked what there is from 1 August on, answers
# with the deadline of 31 July, as if DTEND were a day of the event. recurring-ical-events has it on 31 July and on no
# other day.
# Why it matters: a list of deadlines that is a day early or late says of a pledge that it was missed, or that there
# is time.
# Versions: node-ical 0.26.1 (npm); icalevents 0.3.1, recurring-ical-events 3.8.2 with icalendar 7.3.2 (pip).
# What we do: deadlines.ics has dates with an exclusive end, as the standard says. /data/pledges.csv has the day as
# text, and docs/findings.md says to take it from there where a program needs it.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export TZ=Europe/London
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check \
  icalevents==0.3.1 recurring-ical-events==3.8.2 icalendar==7.3.2
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" node-ical@0.26.1 > /dev/null

cat > deadline.txt <<'ICALENDAR'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example tracker//Deadlines//EN
BEGIN:VEVENT
UID:deadline-lay-the-regulations@tracker.example
DTSTAMP:20261124T090000Z
DTSTART;VALUE=DATE:20270731
DTEND;VALUE=DATE:20270801
SUMMARY:Deadline: lay the regulations
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:deadline-report@tracker.example
DTSTAMP:20261124T090000Z
DTSTART;VALUE=DATE:20271231
DTEND;VALUE=DATE:20280101
SUMMARY:Deadline: report
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
ICALENDAR
sed 's/$/\r/' deadline.txt > deadlines.ics

cat > read.mjs <<'JAVASCRIPT'
import ical from 'node-ical';

for (const event of Object.values(ical.sync.parseFile('deadlines.ics')).filter((one) => one.type === 'VEVENT')) {
  const copy = JSON.parse(JSON.stringify(event));
  const flags = `dateOnly ${event.start.dateOnly}, in JSON ${copy.start.dateOnly}`;
  console.log(`node-ical, ${event.summary}: ${copy.start}, ${flags}`);
}
JAVASCRIPT

cat > read.py <<'PYTHON'
import datetime as dt
from pathlib import Path

import icalendar
import icalevents.icalevents
import recurring_ical_events

TEXT = Path("deadlines.ics").read_bytes()
CALENDAR = icalendar.Calendar.from_ical(TEXT)
for day in (dt.date(2027, 7, 30), dt.date(2027, 7, 31), dt.date(2027, 8, 1), dt.date(2027, 8, 2)):
    events = icalevents.icalevents.events(string_content=TEXT, start=day, end=day)
    print(f"{day}: icalevents {len(events)}, recurring-ical-events {len(recurring_ical_events.of(CALENDAR).at(day))}")
PYTHON

cat > expected <<'SEEN'
node-ical, Deadline: lay the regulations: 2027-07-30T23:00:00.000Z, dateOnly true, in JSON undefined
node-ical, Deadline: report: 2027-12-31T00:00:00.000Z, dateOnly true, in JSON undefined
2027-07-30: icalevents 0, recurring-ical-events 0
2027-07-31: icalevents 1, recurring-ical-events 1
2027-08-01: icalevents 1, recurring-ical-events 0
2027-08-02: icalevents 0, recurring-ical-events 0
SEEN

echo "node-ical 0.26.1, icalevents 0.3.1, recurring-ical-events 3.8.2, TZ=$TZ; the winter deadline is the control"
{ node read.mjs; venv/bin/python read.py; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
