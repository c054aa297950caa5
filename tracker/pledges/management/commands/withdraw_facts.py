"""manage.py withdraw_facts TYPE NUMBER: take words out of earlier entries of facts, for legal reasons."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.choices import SubjectName
from tracker.pledges.facts.entries import OPERATOR, Signers, withdraw_facts
from tracker.pledges.facts.subjects import Subject
from tracker.pledges.models import CatalogueVersion
from tracker.text.characters import hidden_character_problem


class Command(BaseCommand):
    """For words that the desk changed or deleted: earlier entries of the record still have them."""

    help = (
        "Takes the facts of one subject out of its entries, and appends one that says so, with what readers see now: "
        "change or delete the words at the desk first. TYPE and NUMBER are those of the subject in record.ndjson. "
        "Of a review, recommendation, body or theme, pages of past days lose their words too. The type earlier-facts "
        "is for those of one such time alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("type", choices=SubjectName.values)
        parser.add_argument("number", type=int)
        parser.add_argument("--reason", required=True, help="Public.")

    def handle(self, *args: Any, type: str, number: int, reason: str, **options: Any) -> None:
        if problem := hidden_character_problem(reason) or ("" if reason.strip() else "Give a reason."):
            raise CommandError(problem)
        subject = Subject(type, number)
        entries = withdraw_facts([subject], signers=Signers(OPERATOR), reason=reason.strip())
        if not entries:
            raise CommandError(f"The record has no entry of facts about {type} {number}.")
        positions = ", ".join(str(entry.position) for entry in entries)
        if type != SubjectName.EARLIER_FACTS:
            self.stdout.write(f"Earlier entries have no words any more. The record says so: {positions}.")
            return
        version = CatalogueVersion.objects.get(pk=number)
        about = f"{version.model} {version.object_pk}"
        self.stdout.write(f"Pages of past days have no words of that time any more. The record says so: {positions}.")
        self.stdout.write(f"Entries about {about} itself still have theirs: withdraw_facts {about} takes them out.")
