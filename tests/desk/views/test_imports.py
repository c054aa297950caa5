"""A spreadsheet comes in through the browser: file, columns, values, preview, drafts."""

import time

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.factories import BodyFactory, ReviewFactory, SourceFactory, ThemeFactory
from tracker.desk.actions import drafts, imports
from tracker.desk.models import Draft, ImportedRow, SpreadsheetImport
from tracker.desk.spreadsheets.mapping import changed
from tracker.desk.spreadsheets.models import ImportState, RowState
from tracker.pledges.models import Body, RecordEntry, Theme
from tracker.sources.choices import CheckState
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db
LIST = """\
Promise;Said;Link;Department;Status;Updated;Date;Deadline;Theme;Remarks
Build it;“We will build it.”;https://example.org/a;Home Office;On track;05/06/2025;16/06/2025;Mid 2023;Justice;Ask
Open it;We will open it.;https://example.org/a;Nobody;Delivered;13/25/2024;June 2025;01/02/2027;Other;
No words;;;;;;;;;
"""


@pytest.fixture
def desk(ada):
    BodyFactory(slug="home-office", name="Home Office")
    ThemeFactory(slug="justice", name="Justice")
    ReviewFactory()
    return signed_in(ada)


def upload(client, text=LIST, name="list.csv", encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return send(client, "/desk/imports/", file=SimpleUploadedFile(name, content))


def through(client, **columns):
    """Go through the three steps, and return the batch and the number of forms sent."""
    batch = SpreadsheetImport.objects.first()
    base = f"/desk/imports/{batch.pk}"
    assert send(client, f"{base}/columns/", **columns)["Location"] == f"{base}/values/"
    assert send(client, f"{base}/values/")["Location"] == f"{base}/preview/"
    assert send(client, f"{base}/preview/")["Location"] == f"{base}/"
    batch.refresh_from_db()
    return batch


@pytest.fixture
def brought_in(desk):
    assert upload(desk).status_code == 302
    return through(desk, **{"column-0": "title", "column-1": "words"})


def test_rows_become_drafts_and_nothing_is_published(desk, brought_in):
    first, second, third = Draft.objects.order_by("pk")
    assert (brought_in.state, brought_in.content) == (ImportState.DONE, None)
    assert first.facts["made_on"] == ["2025-06-16"]
    assert first.facts["deadline_note"] == ["Mid 2023"]
    assert "deadline_on" not in first.facts
    assert [len(first.facts[name]) for name in ("theme", "bodies")] == [1, 1]
    passage = first.evidence.get().passage
    assert (passage.exact, passage.check_state) == ("“We will build it.”", CheckState.UNCHECKED)
    assert (passage.source.url, passage.source.licence) == ("https://example.org/a", "all-rights-reserved")
    assert second.facts["made_note"] == ["June 2025"]
    assert second.facts["deadline_on"] == ["2027-02-01"]
    assert "theme" not in second.facts
    assert second.imported_row.plan["status"] == "delivered"
    assert second.imported_row.plan["status_on"] == ""
    assert "Updated" in dict(second.imported_row.plan["notes"])
    assert third.facts["title"] == ["No words"]
    assert Source.objects.count() == 1
    assert not RecordEntry.objects.exists()
    page = desk.get(f"/desk/imports/{brought_in.pk}/").content.decode()
    assert "3 drafts made." in page
    assert "Quoted, not yet checked." in page
    assert "Missing:" in page
    assert "Ask" in desk.get(first.get_absolute_url()).content.decode()


@pytest.mark.once
def test_the_preview_says_how_each_day_is_read_and_stores_nothing(desk):
    upload(desk)
    base = f"/desk/imports/{SpreadsheetImport.objects.get().pk}"
    send(desk, f"{base}/columns/", **{"column-0": "title"})
    values = desk.get(f"{base}/values/").content.decode()
    assert "matched by name" in values
    assert "no match found" in values
    page = " ".join(desk.get(f"{base}/preview/").content.decode().split())
    assert "“05/06/2025” → <b>5 June 2025</b> (it could also be 6 May 2025)" in page
    assert "“Mid 2023” → kept as words, without a date" in page
    assert "“13/25/2024” is not a day when read day first." in page
    assert not Draft.objects.exists()
    send(desk, f"{base}/values/", **{"days-0": "month-first"})
    assert "<b>6 May 2025</b>" in desk.get(f"{base}/preview/").content.decode()


def test_the_same_file_makes_nothing_and_a_longer_one_only_what_is_new(desk, brought_in):
    assert upload(desk, LIST + "New;We will.;https://example.org/b;;;;;;;\n").status_code == 302
    second = through(desk)
    states = list(second.rows.order_by("number").values_list("state", flat=True))
    assert states == [RowState.SAME] * 3 + [RowState.MADE]
    assert Draft.objects.count() == 4


@pytest.mark.once
def test_a_row_that_changed_is_told_and_never_overwrites(desk):
    upload(desk, "ID,Title,Words\n1,A,We will.\n2,B,We shall.\n")
    through(desk)
    upload(desk, "ID,Title,Words\n2,B,We shall.\n1,A,We may.\n")
    preview = f"/desk/imports/{SpreadsheetImport.objects.first().pk}/preview/"
    assert "Go on with 1 changed row" in " ".join(desk.get(preview).content.decode().split())
    second = through(desk)
    assert list(second.rows.values_list("state", flat=True)) == [RowState.SAME, RowState.CHANGED]
    assert second.rows.get(state=RowState.CHANGED).earlier == Draft.objects.order_by("pk")[0].get_absolute_url()
    assert Draft.objects.count() == 2


@pytest.mark.once
@pytest.mark.slow
def test_new_words_are_taken_where_nobody_worked_on_the_draft(desk, ada):
    upload(desk, "ID,Title,Words,Link\n1,A,We will.,https://example.org/\n2,B,We shall.,\n3,C,We go.,\n")
    through(desk)
    first, second, third = Draft.objects.order_by("pk")
    drafts.save(second, version=second.version, by=ada, fields={"facts": second.facts | {"note": ["Mine"]}})
    later = "ID,Title,Words,Link\n1,A,We may.,https://example.org/\n2,B,We could.,\n3,C,We ran.,\n"
    upload(desk, later)
    batch = through(desk)
    page = f"/desk/imports/{batch.pk}/"
    row = batch.rows.get(number=2)
    change = f"/desk/imports/{batch.pk}/change/"
    assert send(desk, page, change, do=f"take:{row.pk}")["Location"] == page
    assert first.evidence.get().passage.exact == "We may."
    assert send(desk, page, change, do=f"take:{batch.rows.get(number=3).pk}").status_code == 302
    second.refresh_from_db()
    assert second.facts["note"] == ["Mine"]
    assert "Open the draft and compare" in desk.get(page).content.decode()
    assert send(desk, page, change, do="take-all").status_code == 302
    states = [RowState.MADE, RowState.CHANGED, RowState.MADE]
    assert list(batch.rows.order_by("number").values_list("state", flat=True)) == states
    third.refresh_from_db()
    assert (third.facts["slug"], "We ran." in str(third.imported_row.plan)) == (["c"], True)
    upload(desk, later)
    again = through(desk).rows.order_by("number").values_list("state", flat=True)
    assert list(again) == [RowState.SAME, RowState.CHANGED, RowState.SAME]


@pytest.mark.slow
def test_a_new_theme_and_body_of_a_file_are_agreed_with_the_first_pledge_that_has_them(desk, grace):
    SourceFactory(url="https://example.org/a", text="The minister: We will build homes. We will fix homes.")
    upload(
        desk,
        "Title,Words,Source URL,Theme,Department,Kind,Basis,Date\n"
        "Build,We will build homes.,https://example.org/a,Housing,Homes Agency,service,announced action,1/2/2025\n"
        "Fix,We will fix homes.,https://example.org/a,Housing,Homes Agency,service,announced action,1/2/2025\n",
    )
    base = f"/desk/imports/{SpreadsheetImport.objects.first().pk}"
    send(desk, f"{base}/columns/", **{"column-1": "words"})
    send(desk, f"{base}/values/", **{"theme-0": "propose-as-new", "bodies-0": "propose-as-new"})
    assert "a theme" not in desk.get(f"{base}/preview/").content.decode()
    send(desk, f"{base}/preview/")
    assert not Theme.objects.filter(name="Housing").exists()
    publisher = signed_in(grace)
    for draft in Draft.objects.order_by("pk"):
        typed = {"do": "submit", "done_means": "Homes are built."}
        assert send(desk, draft.get_absolute_url(), **typed).status_code == 302
        review = publisher.get(f"/desk/drafts/{draft.pk}/review/").content.decode()
        assert "New theme" in review
        assert "Homes Agency" in review
        assert sign_off(publisher, draft).status_code == 302
        draft.refresh_from_db()
        assert str(draft.pledge.theme) == "Housing"
        assert [str(body) for body in draft.pledge.bodies.all()] == ["Homes Agency"]
    assert Theme.objects.get(name="Housing").slug == "housing"
    assert Body.objects.filter(name="Homes Agency").count() == 1


def test_a_row_that_fails_harms_no_other(desk, monkeypatch):
    upload(desk, "Title,Words,Source URL\nA,We will.,https://example.org/\nB,We shall.,https://example.org:x/\nC,,\n")
    real = imports._source_of

    def broken(about, by):
        if ":x" in about["url"]:
            raise ValueError("an error of ours")
        return real(about, by)

    monkeypatch.setattr(imports, "_source_of", broken)
    batch = through(desk)
    assert [(row.state, row.draft is None) for row in batch.rows.order_by("number")] == [
        (RowState.MADE, False), (RowState.FAILED, True), (RowState.MADE, False),
    ]  # fmt: skip
    assert Draft.objects.count() == 2
    assert "It could not be brought in (ValueError)." in desk.get(f"/desk/imports/{batch.pk}/").content.decode()


@pytest.mark.once
def test_words_that_a_held_source_has_are_checked(desk):
    SourceFactory(url="https://example.org/held", text="The minister said: “We will do it.”")
    upload(desk, "Title,Words,Source URL\nA,We will do it.,https://example.org/held\n")
    through(desk)
    assert Passage.objects.get().check_state == CheckState.CHECKED


@pytest.mark.once
def test_what_was_shown_is_what_is_brought_in(desk):
    upload(desk)
    base = f"/desk/imports/{SpreadsheetImport.objects.get().pk}"
    send(desk, f"{base}/columns/", **{"column-0": "title"})
    send(desk, f"{base}/values/")
    address, held = open_form(desk, f"{base}/preview/")
    batch = SpreadsheetImport.objects.get()
    mapping = imports.mapping_of(batch)
    columns = mapping.columns | {"Remarks": "note"}
    imports.save_mapping(batch, changed(mapping, columns=columns), by=batch.brought_by)
    answer = desk.post(address, held)
    assert answer.status_code == 409
    assert "Nothing was brought in" in answer.content.decode()
    assert not ImportedRow.objects.exists()


@pytest.mark.slow
@pytest.mark.once
def test_eighty_rows_are_eighty_drafts_in_five_forms(desk, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(imports, "SECONDS_AT_ONCE", 600.0)  # of a busy machine; the work itself is held below
    began = time.process_time()
    rows = "\n".join(f"P{n},We will do {n}.,https://example.org/{n % 9},Home Office,Status {n % 5}" for n in range(80))
    upload(desk, f"Title,Words,Source URL,Department,Status\n{rows}\n")
    with django_assert_max_num_queries(80 * 48 + 300):
        batch = through(desk)
    assert batch.rows.filter(state=RowState.MADE).count() == Draft.objects.count() == 80
    assert time.process_time() - began < 10


@pytest.mark.once
def test_a_long_file_is_the_workers_and_its_progress_is_shown(desk, monkeypatch):
    monkeypatch.setattr(imports, "SECONDS_AT_ONCE", -1.0)
    upload(desk)
    batch = through(desk, **{"column-0": "title"})
    page = desk.get(f"/desk/imports/{batch.pk}/").content.decode()
    assert batch.state == ImportState.RUNNING
    assert "0 of 3 rows" in page
    assert "Refresh this page" in page
    call_command("import_pledges", "--waiting")
    batch.refresh_from_db()
    assert (batch.state, Draft.objects.count()) == (ImportState.DONE, 3)


@pytest.mark.once
def test_an_import_is_undone_but_for_what_was_touched(desk, ada, brought_in):
    touched = Draft.objects.order_by("pk")[0]
    drafts.save(touched, version=touched.version, by=ada, fields={"facts": touched.facts})
    assert send(desk, f"/desk/imports/{brought_in.pk}/", "/change/", button="do", do="undo").status_code == 302
    assert [one.stage for one in Draft.objects.order_by("pk")] == ["draft", "discarded", "discarded"]
    upload(desk)
    through(desk)
    assert Draft.objects.filter(stage="draft").count() == 3


@pytest.mark.once
@pytest.mark.slow
def test_who_undoes_an_import_leaves_the_drafts_that_another_started(desk, ada, grace):
    """Grace's file brings a new row, and words for a draft of Ada's: she takes back her own alone."""
    for who, words in ((ada, "We will build."), (grace, "We will build homes.")):
        client = signed_in(who)
        upload(client, f"ID,Title,Words\n1,Build,{words}\n{who.pk + 5},Further,We will go on.\n")
        through(client, **{"column-2": "words"})
    batch = SpreadsheetImport.objects.first()
    base = f"/desk/imports/{batch.pk}/"
    client = signed_in(grace)
    assert send(client, base, "/change/", button="do", do="take-all").status_code == 302
    answer = send(client, base, "/change/", button="do", do="undo")
    assert "1 drafts discarded. 1 stay" in client.get(answer["Location"]).content.decode()
    assert list(Draft.objects.order_by("pk").values_list("stage", flat=True)) == ["draft", "draft", "discarded"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "The submitted file is empty|The file is empty"),
        ("a.csv", b"\x00\x00", "The file is empty"),
        ("a.csv", b"Title\n", "no rows below them"),
        ("a.csv", b"Title\nA\x00B\n", "This is not text. Save it as CSV (UTF-8) and bring that in."),
        ("a.csv", b'Title,Words\nA,"We will\n', "Line 2 cannot be read"),
        ("a.xlsx", b"PK\x03\x04 nothing", "damaged"),
        ("a.pdf", b"%PDF-1.7", "This is not a table"),
        ("a.xls", b"\xd0\xcf\x11\xe0 old", "old or locked kind"),
        ("a.json", b'{"a": [1]}', "no list of objects"),
        ("a.json", b"[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(desk, name, content, words):
    answer = upload(desk, content, name)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert any(one in page for one in words.split("|"))


@pytest.mark.once
def test_choices_are_kept_where_something_is_wrong(desk):
    upload(desk)
    page = f"/desk/imports/{SpreadsheetImport.objects.get().pk}/columns/"
    answer = send(desk, page, **{"column-0": "title", "column-9": "title"})
    assert answer.status_code == 422
    tree = lxml.html.fromstring(answer.content.decode())
    assert "2 columns go to Title: Promise, Remarks. Choose one." in tree.text_content()
    assert tree.xpath("//select[@id='column-9']/option[@selected]/@value") == ["title"]
    for at in (0, 9):
        (beside,) = tree.xpath(f"//select[@id='column-{at}']/@aria-describedby")
        assert "Choose one." in tree.xpath("//*[@id=$id]", id=beside)[0].text_content()
    assert tree.xpath("//*[@id='errors']//a/@href") == ["#column-0"]
    for select in tree.xpath("//select|//input[not(@type='hidden')]"):
        assert tree.xpath("//label[@for=$id]", id=select.get("id"))


@pytest.mark.once
@pytest.mark.slow
def test_drafts_of_a_file_are_worked_through_one_after_another_with_their_words_beside(desk):
    rows = "".join(
        f"P{n},We will {n}.,https://example.org/,Justice,law,announced action,1/2/2025,Ask {n}\n" for n in range(2)
    )
    upload(desk, f"Title,Words,Source URL,Theme,Kind,Basis,Date,Remarks\n{rows}")
    page = through(desk).get_absolute_url()
    first, second = Draft.objects.order_by("pk")
    assert first.get_absolute_url() in desk.get(page).content.decode()
    tree = lxml.html.fromstring(desk.get(first.get_absolute_url()).content.decode())
    (beside,) = tree.xpath("//*[contains(@class, 'draft-words')]")
    for words in ("“We will 0.”", "https://example.org/", "Ask 0", "0 of 2 drafts of this spreadsheet are submitted."):
        assert words in beside.text_content(), words
    assert beside.xpath(".//a/@href")[1:] == [second.get_absolute_url(), page]
    assert send(desk, first.get_absolute_url(), do="submit")["Location"] == second.get_absolute_url()
    assert f'href="{first.get_absolute_url()}">' not in desk.get(page).content.decode().split("<ul")[0]
    assert send(desk, second.get_absolute_url(), do="submit")["Location"] == page


@pytest.mark.once
def test_an_address_for_all_rows_is_checked_beside_its_field(desk):
    upload(desk)
    page = f"/desk/imports/{SpreadsheetImport.objects.get().pk}/columns/"
    typed = {
        "column-0": "title",
        "constant-source_url": "example.org/a",
        "base_url": "/here",
        "constant-basis": "announced",
    }
    tree = lxml.html.fromstring(send(desk, page, **typed).content.decode())
    assert tree.xpath("//*[@id='errors']//a/@href") == ["#constant-source_url", "#base_url"]
    for field_id in ("constant-source_url", "base_url"):
        (field,) = tree.xpath("//input[@id=$id]", id=field_id)
        assert (field.get("value"), field.get("aria-invalid")) == (typed[field_id], "true")
        assert "is not an address" in tree.xpath("//*[@id=$id]", id=f"{field_id}_error")[0].text_content()
    assert tree.xpath("//select[@id='column-0']/option[@selected]/@value") == ["title"]
    assert tree.xpath("boolean(//input[@id='base_url']/ancestor::details[@open])")


@pytest.mark.once
def test_what_was_chosen_stays_where_the_file_cannot_be_read_another_way(desk):
    upload(desk, "Title;Words\nA;“é”\n".encode("cp1252"), "a.csv")
    page = f"/desk/imports/{SpreadsheetImport.objects.get().pk}/columns/"
    typed = {"column-0": "done_means", "constant-source_title": "The list"}
    for wrong, field_id in (({"encoding": "utf-8"}, "encoding"), ({"head": "third"}, "head")):
        answer = send(desk, page, do="read", **typed, **wrong)
        tree = lxml.html.fromstring(answer.content.decode())
        assert answer.status_code == 422
        assert tree.xpath("//*[@id='errors']//a/@href") == [f"#{field_id}"]
        assert tree.xpath("//*[@id=$id]/@aria-invalid", id=field_id) == ["true"]
        assert tree.xpath("//select[@id='column-0']/option[@selected]/@value") == ["done_means"]
        assert tree.xpath("//input[@id='constant-source_title']/@value") == ["The list"]
    assert tree.xpath("//input[@id='head']/@value") == ["third"]
    assert send(desk, page, **typed, delimiter=",")["Location"] == page  # read first, and looked at again
    assert "A;“é”" in desk.get(page).content.decode()


@pytest.mark.once
def test_all_names_without_a_match_are_chosen_for_at_once(desk):
    rows = "".join(f"P{n},We will {n}.,Body {n},Theme {n % 3}\n" for n in range(9))
    upload(desk, f"Title,Words,Department,Theme\n{rows}Last,We will.,Home Office,Justice\n")
    base = f"/desk/imports/{SpreadsheetImport.objects.get().pk}"
    send(desk, f"{base}/columns/", **{"column-1": "words"})
    typed = {"bodies-unmatched": "propose-as-new", "theme-unmatched": "propose-as-new", "theme-1": "leave-out"}
    send(desk, f"{base}/values/", **typed)
    chosen = imports.mapping_of(SpreadsheetImport.objects.get()).values
    assert chosen["bodies"] == {f"Body {n}": "propose-as-new" for n in range(9)} | {"Home Office": "home-office"}
    assert chosen["theme"] == {
        "Theme 0": "propose-as-new", "Theme 1": "leave-out", "Theme 2": "propose-as-new", "Justice": "justice",
    }  # fmt: skip


@pytest.mark.once
def test_the_file_can_be_read_another_way(desk):
    upload(desk, "Title;Words\nA;“é”\n".encode("cp1252"), "a.csv")
    batch = SpreadsheetImport.objects.get()
    page = desk.get(f"/desk/imports/{batch.pk}/columns/").content.decode()
    assert "“é”" in page
    assert "Windows-1252" in page
    assert send(desk, f"/desk/imports/{batch.pk}/columns/", do="read", encoding="utf-8").status_code == 422
    assert send(desk, f"/desk/imports/{batch.pk}/columns/", do="read", encoding="", delimiter=",").status_code == 302


@pytest.mark.once
def test_the_command_makes_the_same_drafts(ada, tmp_path, desk, capsys):
    (tmp_path / "list.csv").write_text(LIST)
    columns = '{"format": "pledge-import-mapping/1", "columns": {"Promise": "%s", "Said": "words"}}'
    (tmp_path / "m.json").write_text(columns % "title")
    said = {"mapping": str(tmp_path / "m.json"), "review": "audit", "by": ada.username}
    call_command("import_pledges", str(tmp_path / "list.csv"), preview=True, **said)
    assert not Draft.objects.exists()
    call_command("import_pledges", str(tmp_path / "list.csv"), **said)
    assert "3 drafts made." in capsys.readouterr().out
    assert Draft.objects.count() == 3
    with pytest.raises(CommandError, match="There is no review"):
        call_command("import_pledges", str(tmp_path / "list.csv"), **said | {"review": "none"})
    (tmp_path / "m.json").write_text(columns % "name")
    with pytest.raises(CommandError, match="names name"):
        call_command("import_pledges", str(tmp_path / "list.csv"), **said)
