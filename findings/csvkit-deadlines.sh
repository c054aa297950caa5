#!/usr/bin/env bash
# "6 months" is the first of July in the year 1.
#
# What surprises: csvkit guesses what a column is, and reads words for times with parsedatetime, counted from 1
# January of year 1. A column with "6 months" and "1 year" becomes 0001-07-01 and 0002-01-01; "end of March" becomes
# 0001-03-01, "July 2026" the first of July: the day on which the month begins, where a deadline means its end. One
# other word in the column ("autumn 2026") and all stay words, so it depends on what rows a filter left.
# Recommendations 1.10 and 1.1 become one number, and where the only recommendation is 1 it is "true".
# Why it matters: csvkit is how journalists look at a table like ours. A deadline that was never stated comes out as a
# day.
# Version: csvkit 2.2.0 with agate 1.14.2 and parsedatetime 2.6 (pip).
# What we do: words on deadlines stand in a column of their own (deadline_note), days in another (ISO 8601), and
# docs/findings.md says to use csvkit with --no-inference (-I).
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 parsedatetime==2.6

cat > pledges.csv <<'CSV'
pledge,within,by,month,season,recommendation
regulations,6 months,end of March,July 2026,July 2026,1.10
report,1 year,in 6 months,September 2026,autumn 2026,1.1
CSV
cat > one.csv <<'CSV'
pledge,recommendation
regulations,1
report,1
CSV

cat > expected <<'SEEN'
{"pledge": "regulations", "within": "0001-07-01", "by": "0001-03-01", "month": "2026-07-01", "season": "July 2026", "recommendation": 1.1}
{"pledge": "report", "within": "0002-01-01", "by": "0001-07-01", "month": "2026-09-01", "season": "autumn 2026", "recommendation": 1.1}
{"pledge": "regulations", "recommendation": true}
{"pledge": "report", "recommendation": true}
{"pledge": "regulations", "within": "6 months", "by": "end of March", "month": "July 2026", "season": "July 2026", "recommendation": "1.10"}
{"pledge": "report", "within": "1 year", "by": "in 6 months", "month": "September 2026", "season": "autumn 2026", "recommendation": "1.1"}
SEEN

echo "csvkit 2.2.0: two files with csvjson, then the first with csvjson -I (the control)"
{
  venv/bin/csvjson --stream --snifflimit 0 pledges.csv
  venv/bin/csvjson --stream --snifflimit 0 one.csv
  venv/bin/csvjson --stream --snifflimit 0 -I pledges.csv
} | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
