"""Spreadsheets in the machine of test_any_order: brought in, matched, started and taken from by anybody.

Who had a part in a file is noted here, beside what the desk keeps itself (SpreadsheetImport.contributors).
"""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.desk.sign_off.actors import ACTORS, REACHED, WHICH, mark
from tracker.desk.actions import imports
from tracker.desk.models import Draft
from tracker.desk.spreadsheets.mapping import AS_NEW, changed
from tracker.desk.spreadsheets.models import ImportedRow, ImportState, RowState, SpreadsheetImport
from tracker.desk.spreadsheets.plan import PlannedRow, digest_of_plan
from tracker.desk.workflow import EDITABLE

HEAD = "ID,Title,Words,Source URL,Source publisher,Theme,Kind,Basis,Date,Done means,Slug,Note\n"
ROW = "{id},Listed,We will do it.,{url},{word},theme,service,announced action,1/2/2026,It is done.,{slug},{word}\n"


class ImportRules:
    """Files of two rows: one that a later file may change, of a known source, and one of a source of its own."""

    def begin_imports(self):
        self.in_file: dict[int, set[str]] = {}
        self.in_draft: dict[int, set[str]] = {}
        self.seen_plan: dict[tuple[str, int], str] = {}

    def file(self, which):
        made = list(SpreadsheetImport.objects.exclude(state=ImportState.DROPPED)[:3])
        return made[which % len(made)] if made else None

    def note_parts(self, *names):
        """Note that who had a part in a file has one in the drafts that are of it now, and so have ``names``."""
        for batch, draft in ImportedRow.objects.filter(draft__isnull=False).values_list("batch", "draft"):
            self.in_draft.setdefault(draft, set()).update(self.in_file[batch])
        for draft, name in names:
            self.in_draft[draft].add(name)

    @rule(name=ACTORS, number=st.integers(0, 1))
    def bring_a_file(self, name, number):
        """Bring a file in. It is matched as a file with the same columns was before."""
        n, word = SpreadsheetImport.objects.count(), mark(name)
        url = self.about.citations.first().passage.source.url
        text = HEAD + ROW.format(id=f"r{number}", url=url, word=word, slug=f"listed-{n}-a")
        text += ROW.format(id=f"own{n}", url=f"https://example.org/{word}/{n}", word=word, slug=f"listed-{n}-b")
        by, review = self.people[name], self.about.review
        if batch := self.attempt(lambda: imports.upload(text.encode(), name="list.csv", review=review, by=by)):
            self.in_file[batch.pk] = {name}

    @rule(name=ACTORS, which=WHICH)
    def change_the_mapping(self, name, which):
        """Say for all rows who promised it: a body that the tracker does not have, by a name of one's own."""
        if not (batch := self.file(which)):
            return
        body = f"{mark(name)} body of file {batch.pk}"
        mapping = imports.mapping_of(batch)
        values = mapping.values | {"promised_by": {body: AS_NEW}}
        mapping = changed(mapping, constants={"promised_by": body}, values=values)
        self.attempt(lambda: imports.save_mapping(batch, mapping, by=self.people[name]))
        batch.refresh_from_db()
        if body in str(batch.mapping):
            self.in_file[batch.pk].add(name)

    @rule(name=ACTORS, which=WHICH)
    def open_the_preview(self, name, which):
        batch = self.file(which)
        if batch and batch.state == ImportState.MATCHING:
            self.seen_plan[name, batch.pk] = digest_of_plan(imports.plan_of(batch))

    @rule(name=ACTORS, which=WHICH, carried_out=st.booleans())
    def start_a_file(self, name, which, carried_out):
        """Bring its rows in, with the preview as it was when this person opened it; the worker may make the drafts."""
        batch = self.file(which)
        if not batch or batch.state != ImportState.MATCHING or (name, batch.pk) not in self.seen_plan:
            return
        shown = self.seen_plan[name, batch.pk]
        self.attempt(lambda: imports.bring_in(batch, by=self.people[name], shown=shown))
        batch.refresh_from_db()
        if batch.state != ImportState.RUNNING:
            return
        assert digest_of_plan([PlannedRow(**row.plan) for row in batch.rows.all()]) == shown
        self.in_file[batch.pk].add(name)
        if carried_out:
            self.the_worker_makes_drafts()

    @rule()
    def the_worker_makes_drafts(self):
        imports.carry_out_waiting()
        self.note_parts()

    @rule(name=ACTORS)
    def take_new_words(self, name):
        """Give the draft of an earlier file the words of a later one."""
        for row in ImportedRow.objects.filter(state=RowState.CHANGED).order_by("-pk")[:2]:
            if draft := self.attempt(lambda row=row: imports.take_new_words(row, by=self.people[name])):
                self.note_parts((draft.pk, name))
                REACHED["words of a later file taken"] += 1

    @rule(name=ACTORS, which=WHICH)
    def undo_or_drop(self, name, which):
        if batch := self.file(which):
            by = self.people[name]
            self.attempt(lambda: imports.drop_import(batch, by=by))
            self.attempt(lambda: imports.undo(batch, by=by))

    @rule(name=ACTORS)
    def submit_what_came_in(self, name):
        for draft in Draft.objects.filter(imported_row__isnull=False, stage__in=EDITABLE).order_by("-pk")[:2]:
            self.submit_draft(draft, name)

    @rule(names=st.lists(ACTORS, min_size=3, max_size=3), signers=st.lists(ACTORS, min_size=1, max_size=2))
    def bring_in_and_sign_off(self, names, signers):
        """The whole way of a file: three people have a part in it, and others sign off the list."""
        brings, matches, starts = names
        self.bring_a_file(name=brings, number=0)
        self.change_the_mapping(name=matches, which=0)
        self.open_the_preview(name=starts, which=0)
        self.start_a_file(name=starts, which=0, carried_out=True)
        self.take_new_words(name=matches)
        self.submit_what_came_in(name=starts)
        for signer in signers:
            self.open_the_list(name=signer)
            self.sign_off_the_list(name=signer)

    def nobody_signed_off_a_file_of_their_own(self):
        names = {person.pk: name for name, person in self.people.items()}
        for draft in Draft.objects.filter(stage="published", pk__in=self.in_draft):
            assert names[draft.signed_off_by_id] not in self.in_draft[draft.pk]
            REACHED["published of a file"] += 1
