#!/usr/bin/env bash
# Every deadline of the year 2027 is 19 July 1905.
#
# What surprises: a cell of an .xlsx file may have its day as a count of days, or as ISO 8601 text (ECMA-376, part 1,
# 18.18.11, type "d"), which openpyxl writes with iso_dates. exceljs takes the year of the text for a count: 2,027 days
# from 1900, the same for each deadline of the year. SheetJS and read-excel-file have days right; of a day at midnight,
# in British summer time, the CSV of one says 23:00 on the day before and the other 23:00 UTC. pylightxl raises an error.
# openpyxl and calamine have all of it right, and all six have counts right.
# Why it matters: departments send their progress as spreadsheets. With a day in 1905 every pledge is late by 122 years.
# Versions: exceljs 4.4.0, xlsx 0.18.5 (SheetJS), read-excel-file 9.3.17 (npm); openpyxl 3.1.5, python-calamine 0.9.1,
# pylightxl 1.61 (pip).
# What we do: our reader of .xlsx keeps the text of such a cell, and an import takes the day from its first part. Our
# own tables are CSV and JSON, with days as text.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export TZ=Europe/London
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check \
  openpyxl==3.1.5 python-calamine==0.9.1 pylightxl==1.61
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" exceljs@4.4.0 xlsx@0.18.5 \
  read-excel-file@9.3.17 > /dev/null 2>&1

cat > write.py <<'PYTHON'
import datetime as dt

import openpyxl

for name, as_text in (("text", True), ("count", False)):
    workbook = openpyxl.Workbook()
    workbook.iso_dates = as_text
    sheet = workbook.active
    for day in (dt.date(2027, 7, 31), dt.date(2027, 12, 31), dt.datetime(2027, 7, 31), dt.datetime(2027, 12, 31)):
        sheet.append([day])
    workbook.save(f"{name}.xlsx")
PYTHON

cat > read.py <<'PYTHON'
import openpyxl
import pylightxl
import python_calamine

for name in ("text", "count"):
    path = f"{name}.xlsx"
    rows = openpyxl.load_workbook(path).active.values
    print(f"openpyxl, {name}:", ", ".join(str(row[0]) for row in rows))
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    print(f"calamine, {name}:", ", ".join(str(row[0]) for row in rows))
    try:
        print(f"pylightxl, {name}:", ", ".join(str(row[0]) for row in pylightxl.readxl(path).ws("Sheet").rows))
    except ValueError as error:
        print(f"pylightxl, {name}: ValueError: {error}")
PYTHON

cat > read.mjs <<'JAVASCRIPT'
import exceljs from 'exceljs';
import readExcelFile from 'read-excel-file/node';
import xlsx from 'xlsx';

for (const name of ['text', 'count']) {
  const path = `${name}.xlsx`;
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(path);
  const cells = workbook.worksheets[0].getColumn(1).values.slice(1);
  console.log(`exceljs, ${name}: ${cells.map((cell) => cell.toISOString()).join(', ')}`);
  const { Sheets } = xlsx.readFile(path);
  console.log(`SheetJS, ${name}: ${xlsx.utils.sheet_to_csv(Sheets.Sheet).trim().replaceAll('\n', ', ')}`);
  const [{ data }] = await readExcelFile(path);
  console.log(`read-excel-file, ${name}: ${data.map(([cell]) => cell.toISOString()).join(', ')}`);
}
JAVASCRIPT

cat > expected <<'SEEN'
openpyxl, text: 2027-07-31, 2027-12-31, 2027-07-31 00:00:00, 2027-12-31 00:00:00
calamine, text: 2027-07-31, 2027-12-31, 2027-07-31 00:00:00, 2027-12-31 00:00:00
pylightxl, text: ValueError: could not convert string to float: '2027-07-31'
openpyxl, count: 2027-07-31 00:00:00, 2027-12-31 00:00:00, 2027-07-31 00:00:00, 2027-12-31 00:00:00
calamine, count: 2027-07-31, 2027-12-31, 2027-07-31, 2027-12-31
pylightxl, count: 2027/07/31, 2027/12/31, 2027/07/31 00:00:00, 2027/12/31 00:00:00
exceljs, text: 1905-07-19T00:00:00.000Z, 1905-07-19T00:00:00.000Z, 1905-07-19T00:00:00.000Z, 1905-07-19T00:00:00.000Z
SheetJS, text: 2027-07-31, 2027-12-31, 2027-07-30 23:00:00, 2027-12-31 0:00:00
read-excel-file, text: 2027-07-31T00:00:00.000Z, 2027-12-31T00:00:00.000Z, 2027-07-30T23:00:00.000Z, 2027-12-31T00:00:00.000Z
exceljs, count: 2027-07-31T00:00:00.000Z, 2027-12-31T00:00:00.000Z, 2027-07-31T00:00:00.000Z, 2027-12-31T00:00:00.000Z
SheetJS, count: 2027-07-31, 2027-12-31, 2027-07-31 0:00:00, 2027-12-31 0:00:00
read-excel-file, count: 2027-07-31T00:00:00.000Z, 2027-12-31T00:00:00.000Z, 2027-07-31T00:00:00.000Z, 2027-12-31T00:00:00.000Z
SEEN

venv/bin/python write.py
echo "exceljs 4.4.0, SheetJS 0.18.5, read-excel-file 9.3.17, openpyxl 3.1.5, calamine 0.9.1, pylightxl 1.61, TZ=$TZ"
echo "31 July and 31 December 2027 as days, then at midnight; as text, then as counts of days (the control)"
{ venv/bin/python read.py; node read.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
