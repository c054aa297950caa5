"""manage.py copy_database ADDRESS: bring everything of another database into this one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.ops.database_transfer import DatabaseTransferError, copy_database


class Command(BaseCommand):
    """Copy every row of another database, and verify what arrived before it counts."""

    help = (
        "Copies every row of the tracker at ADDRESS, such as sqlite:////srv/tracker/tracker.sqlite3, into the "
        "database of DATABASE_URL, which has to be migrated and empty: the record, drafts, accounts, everything. "
        "Verifies what arrived; if it does not hold, nothing was copied. Stop the servers and the worker first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="The database to copy from, as DATABASE_URL names one.")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        def report(table: str, rows: int) -> None:
            if rows:
                self.stdout.write(f"{rows:>10,}  {table}")

        try:
            number = copy_database(address, progress=report)
        except DatabaseTransferError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Moved: {number:,} rows, and the record holds. The old database is as it was.")
