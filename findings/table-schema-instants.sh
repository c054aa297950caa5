#!/usr/bin/env bash
# Tables with a schema lose their instants: an hour, a day, the zone, or the end of the text.
#
# What surprises: one instant in UTC, with microseconds and declared in the schema, read by four libraries of the two
# standards for described tables, in British summer time:
#   - Table Schema in JavaScript takes 09:00 UTC for 09:00 by the clock of the machine, so an hour is lost. A date
#     becomes the day before as soon as it is written as JSON. Microseconds it refuses, also where the schema has a
#     format for them;
#   - Table Schema in Python (tableschema) refuses them without such a format, and with it drops the zone;
#   - frictionless reads them with the zone without a format, and without the zone with one;
#   - CSV on the Web (csvw) reads them right and writes "2026-07-31T09:00:00.123456+00:" as JSON: not an instant at
#     all.
# Why it matters: when an entry was published is part of what its digest commits to, and days make a deadline kept or
# missed.
# Versions: tableschema 1.12.6 (npm); tableschema 1.21.0, frictionless 5.21.0, csvw 4.1.1 (pip).
# What we do: the schema of our package says the format of instants, the description says that they are UTC, and
# docs/findings.md says to read them as text in JavaScript. What is verified is record.ndjson, where they are text.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export TZ=Europe/London
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check \
  tableschema==1.21.0 frictionless==5.21.0 csvw==4.1.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" tableschema@1.12.6 > /dev/null 2>&1

cat > instants.csv <<'CSV'
entry,published_at
1,2026-07-31T09:00:00.123456Z
CSV
cat > instants.csv-metadata.json <<'JSON'
{"@context": "http://www.w3.org/ns/csvw", "url": "instants.csv", "tableSchema": {"columns": [
  {"name": "entry", "titles": "entry", "datatype": "integer"},
  {"name": "published_at", "titles": "published_at", "datatype": "dateTime"}]}}
JSON

cat > read.py <<'PYTHON'
import json

import csvw
import frictionless
import tableschema

TEXT, FORMAT = "2026-07-31T09:00:00.123456Z", "%Y-%m-%dT%H:%M:%S.%fZ"


def zone(value):
    return f"{value:%H:%M:%S.%f}, {'with its zone' if value.tzinfo else 'without a zone'}"


for name, pattern in (("no format", "default"), ("a format", FORMAT)):
    field = {"name": "published_at", "type": "datetime", "format": pattern}
    value, problem = frictionless.Field.from_descriptor(field).read_cell(TEXT)
    print(f"frictionless, {name}:", problem or zone(value))
    try:
        print(f"tableschema.py, {name}:", zone(tableschema.Field(field).cast_value(TEXT)))
    except tableschema.exceptions.CastError:
        print(f"tableschema.py, {name}: refused")
table = csvw.CSVW("instants.csv-metadata.json")
print("csvw, read:", zone(next(iter(table.tables[0]))["published_at"]))
print("csvw, as JSON:", json.loads(json.dumps(table.to_json(minimal=True)))[0]["published_at"])
PYTHON

cat > read.mjs <<'JAVASCRIPT'
import tableschema from 'tableschema';

const FORMAT = '%Y-%m-%dT%H:%M:%S.%fZ';
for (const [name, type, format, text] of [
  ['summer instant', 'datetime', 'default', '2026-07-31T09:00:00Z'],
  ['winter instant (control)', 'datetime', 'default', '2026-01-31T09:00:00Z'],
  ['summer day', 'date', 'default', '2026-07-31'],
  ['microseconds, no format', 'datetime', 'default', '2026-07-31T09:00:00.123456Z'],
  ['microseconds, a format', 'datetime', FORMAT, '2026-07-31T09:00:00.123456Z'],
]) {
  let seen;
  try {
    seen = JSON.stringify(new tableschema.Field({ name: 'published_at', type, format }).castValue(text));
  } catch {
    seen = 'refused';
  }
  console.log(`tableschema.js, ${name}: ${text} is ${seen}`);
}
JAVASCRIPT

cat > expected <<'SEEN'
frictionless, no format: 09:00:00.123456, with its zone
tableschema.py, no format: refused
frictionless, a format: 09:00:00.123456, without a zone
tableschema.py, a format: 09:00:00.123456, without a zone
csvw, read: 09:00:00.123456, with its zone
csvw, as JSON: 2026-07-31T09:00:00.123456+00:
tableschema.js, summer instant: 2026-07-31T09:00:00Z is "2026-07-31T08:00:00.000Z"
tableschema.js, winter instant (control): 2026-01-31T09:00:00Z is "2026-01-31T09:00:00.000Z"
tableschema.js, summer day: 2026-07-31 is "2026-07-30T23:00:00.000Z"
tableschema.js, microseconds, no format: 2026-07-31T09:00:00.123456Z is refused
tableschema.js, microseconds, a format: 2026-07-31T09:00:00.123456Z is refused
SEEN

echo "tableschema 1.12.6 (JavaScript) and 1.21.0 (Python), frictionless 5.21.0, csvw 4.1.1, TZ=$TZ"
{ venv/bin/python -W ignore read.py; node read.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
