"""manage.py record_facts: put on the record what readers see beside the entries about pledges. Once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.facts.entries import OPERATOR, Signers, begin_facts


class Command(BaseCommand):
    """For a tracker of a release before: a new one has its facts on the record from its first review."""

    help = (
        "Appends to the record what readers see today of sources, passages, names, recommendations, conflicts, "
        "questions and answers. From then on each change of them is an entry, and verify_record finds any other. "
        "Run it once after the upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = begin_facts(signers=Signers(OPERATOR))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{number} entries of facts were appended.")
