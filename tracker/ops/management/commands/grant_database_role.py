"""manage.py grant_database_role ROLE: give the web application's PostgreSQL role what it needs and no more."""

import re
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from tracker.pledges.models import EntrySignature, EntryText, FactsEntry, RecordEntry

# The record, and the desk's log of who did what, may be read and added to. The record's words may also be blanked:
# the guard lets through nothing else.
_RECORD = {
    RecordEntry._meta.db_table: "SELECT, INSERT",
    EntrySignature._meta.db_table: "SELECT, INSERT",
    EntryText._meta.db_table: "SELECT, INSERT, UPDATE",
    FactsEntry._meta.db_table: "SELECT, INSERT, UPDATE",
    "desk_activity": "SELECT, INSERT",
    "desk_nameclaim": "SELECT, INSERT",
}


class Command(BaseCommand):
    """Run as the role that owns the tables, after each migrate."""

    help = (
        "Grants a PostgreSQL role what the web application needs: SELECT and INSERT on the record, all on others. "
        "Such a role cannot drop or switch off a guard. Migrations stay with the role that owns the tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="Name of an existing role that owns nothing here.")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Roles are PostgreSQL's: SQLite has none.")
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
            raise CommandError("A role is named by lower-case letters, digits and underscores.")
        tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                raise CommandError(f"There is no role “{role}”: CREATE ROLE {role} LOGIN.")
            cursor.execute("SELECT tablename FROM pg_tables WHERE tableowner = %s", [role])
            if owned := [row[0] for row in cursor.fetchall()]:
                raise CommandError(f"“{role}” owns tables ({owned[0]}, …): an owner can switch guards off.")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
            for table in tables:
                cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
                rights = _RECORD.get(table, "SELECT, INSERT, UPDATE, DELETE")
                cursor.execute(f"GRANT {rights} ON {table} TO {role}")
        self.stdout.write(f"“{role}” may read and append to the record, and edit the rest.")
