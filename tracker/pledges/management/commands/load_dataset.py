"""manage.py load_dataset [FOLDER]: load a review, its sources, pledges and updates."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.data.load_dataset import load_dataset
from tracker.pledges.data.values import DataSetError
from tracker.pledges.facts.entries import Signers, are_facts_recorded, begin_facts
from tracker.pledges.models import RecordEntry, Review
from tracker.pledges.record.lock import record_lock


class Command(BaseCommand):
    """Load a data set; a second run adds nothing."""

    help = (
        "Loads the data set in FOLDER (the Casey data set, if none is named). What is there already is kept as it "
        "is. A data set of which a passage does not match a held text is refused whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.BASE_DIR / "fixtures" / "casey")
        parser.add_argument("--if-empty", action="store_true", help="Do nothing if there is already a review.")

    def handle(self, *args: Any, folder: Path, if_empty: bool, **options: Any) -> None:
        if if_empty and Review.objects.exists():
            self.stdout.write("The tracker already has data. Nothing was changed.")
            return
        try:
            with record_lock():
                is_new = not RecordEntry.objects.exists() and not are_facts_recorded()
                added = load_dataset(folder)
                if is_new:
                    begin_facts(signers=Signers("Data set"))
        except DataSetError as error:
            raise CommandError(f"The data set was not loaded.\n{error}") from error
        counts = ", ".join(f"{number} {kind}" for kind, number in added.items() if number)
        self.stdout.write(f"Added {counts}." if counts else "Nothing to add. Everything is already loaded.")
