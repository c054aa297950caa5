"""manage.py import_pledges: make drafts of a list of pledges in a file. Nothing is published."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from tracker.desk.actions import imports
from tracker.desk.models import SpreadsheetImport
from tracker.desk.spreadsheets.mapping import Mapping, MappingError, parse_mapping
from tracker.desk.spreadsheets.models import ImportState, RowState
from tracker.desk.spreadsheets.packages import pack_pages
from tracker.desk.spreadsheets.plan import count_states
from tracker.desk.spreadsheets.tables import TableError
from tracker.pledges.models import Review


class Command(BaseCommand):
    """Bring in a file, or go on with what waits."""

    help = (
        "Makes a draft of each row of a file (.csv, .xlsx, .ods, .json, a package, a folder of .md). Needs --review."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="The file, or a folder with pages of Markdown.")
        parser.add_argument(
            "--mapping", metavar="FILE", help="What becomes of columns and values (JSON), or its name."
        )
        parser.add_argument("--review", metavar="SLUG", help="The review that the pledges belong to.")
        parser.add_argument("--by", metavar="USER", help="Who brings them in, by user name.")
        parser.add_argument("--preview", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument(
            "--waiting", action="store_true", help="Go on with files that the desk has left: the worker."
        )

    def waiting(self) -> int:
        """Return how many files wait to be brought in."""
        return SpreadsheetImport.objects.filter(state=ImportState.RUNNING).count()

    def handle(self, *args: Any, **options: Any) -> None:
        if options["waiting"]:
            imports.drop_unused()
            if number := imports.carry_out_waiting():
                self.stdout.write(f"{number} file{'' if number == 1 else 's'} brought in.")
            return
        if not (options["file"] and options["review"] and options["by"]):
            raise CommandError("Name the file, --review and --by.")
        batch = self._upload(options)
        try:
            plan = imports.plan_of(batch)
            if problems := imports.mapping_of(batch).problems(imports.table_of(batch)):
                raise CommandError(" ".join(problem.words for problem in problems))
        except TableError as error:
            raise CommandError(str(error)) from error
        finally:
            if options["preview"]:
                imports.drop_import(batch, by=batch.brought_by)
        counts = count_states(plan)
        self.stdout.write(
            f"{len(plan)} rows: {counts['new']} new, {counts['gaps']} of them with gaps; {counts['changed']} changed, "
            f"{counts['same']} the same, {counts['failed']} not readable."
        )
        if options["preview"]:
            self.stdout.write(json.dumps(batch.mapping, ensure_ascii=False, indent=2))
            return
        imports.bring_in(batch, by=batch.brought_by)
        imports.carry_out(batch, on_progress=self._tell(counts["new"]))
        self._report(batch)

    def _upload(self, options: dict[str, Any]) -> SpreadsheetImport:
        review = Review.objects.filter(slug=options["review"]).first()
        user = get_user_model().objects.filter(username=options["by"]).first()
        if review is None or user is None:
            raise CommandError(f"There is no {'review' if review is None else 'user'} of this name.")
        path = options["file"]
        try:
            if path.is_dir():
                content = pack_pages({page.name: page.read_bytes() for page in sorted(path.rglob("*.md"))})
            else:
                content = path.read_bytes()
            mapping = _mapping(options["mapping"]) if options["mapping"] else None
            return imports.upload(content, name=path.name, review=review, by=user, mapping=mapping)
        except (OSError, MappingError) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except PermissionDenied as error:
            raise CommandError(f"{user} may not write drafts.") from error

    def _tell(self, number: int) -> Any:
        def tell(done: int) -> None:
            if done % 100 == 0:
                self.stdout.write(f"{done} of {number}")

        return tell

    def _report(self, batch: SpreadsheetImport) -> None:
        number = batch.rows.filter(state=RowState.MADE).count()
        self.stdout.write(self.style.SUCCESS(f"{number} drafts made. Each goes through sign-off like any other."))
        for row in batch.rows.filter(state__in=[RowState.FAILED, RowState.CHANGED]).order_by("number"):
            about = row.problem or f"changed since it was brought in: {row.earlier}"
            self.stdout.write(f"Row {row.number}: {about}")


def _mapping(name: str) -> Mapping:
    """Return a mapping by its file, or one that comes with the project by its name."""
    mappings = imports.kept_mappings()
    return mappings[name] if name in mappings else parse_mapping(Path(name).read_bytes())
