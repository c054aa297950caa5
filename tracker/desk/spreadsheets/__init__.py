"""Spreadsheets of pledges that come in: tables, columns, values, days, and the plan of what becomes of each row."""
