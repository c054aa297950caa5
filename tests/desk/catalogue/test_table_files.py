"""Tables that admins bring in: files of Excel and LibreOffice, days as people write them, errors in words."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.desk.conftest import signed_in
from tests.desk.spreadsheets.workbooks import ods, xlsx
from tests.factories import ReviewFactory, SourceFactory, stated, superuser, update
from tracker.pledges.models import Body, Recommendation, Review, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def admin(settings):
    settings.FOUR_EYES = False
    return signed_in(superuser("ada"))


def address(model, page: str, *args) -> str:
    return reverse(f"admin:pledges_{model._meta.model_name}_{page}", args=args)


def bring_in(admin, model, content: bytes, name: str = "table.csv"):
    """Upload a table and, where the preview finds nothing wrong, confirm it; return the preview."""
    page = admin.post(address(model, "import"), {"format": "0", "import_file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200
    if "confirm_form" in page.context:
        admin.post(address(model, "process_import"), page.context["confirm_form"].initial)
    return page


def sheet(*rows: list[str]) -> bytes:
    cells = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    return ods("".join(f"<table:table-row>{''.join(map(cells.format, row))}</table:table-row>" for row in rows))


@pytest.mark.slow
def test_what_excel_and_libreoffice_save_is_read(admin):
    bring_in(admin, Body, "Slug;Name\r\nhome;“Home” Office – café\r\n".encode("cp1252"))
    bring_in(admin, Body, sheet(["slug", "name"], ["health", "Department of Health"]), "bodies.ods")
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = (["slug", "name"], ["works", "Department of Works"])
    book = xlsx("".join(f"<row>{''.join(map(cell.format, row))}</row>" for row in rows))
    bring_in(admin, Body, book, "bodies.xlsx")
    assert set(Body.objects.values_list("slug", "name")) == {
        ("home", "“Home” Office – café"), ("health", "Department of Health"), ("works", "Department of Works"),
    }  # fmt: skip
    page = bring_in(admin, Body, b"slug,name\ntrade,Department of Trade, Business\n").content.decode()
    assert "Row 2: It has 3 cells, the head has 2. Put quotation marks around a text with a separator." in page
    for wrong in (b"\x89PNG\r\n\x1a\n1234", b"PK\x03\x04 broken", b""):
        page = bring_in(admin, Body, wrong).content.decode()
        assert "errorlist" in page
        assert "Traceback" not in page
    assert Body.objects.count() == 3


HEAD = "slug,title,author,government,published_on\n"


def test_days_are_read_day_first_and_shown_with_the_month_in_letters(admin):
    page = bring_in(admin, Review, f"{HEAD} audit , The audit,A,B,05/06/2025\nother,Other,A,B,16/06/2025\n".encode())
    assert "5 June 2025" in page.content.decode()
    days = dict(Review.objects.values_list("slug", "published_on"))
    assert (days["audit"], days["other"]) == (dt.date(2025, 6, 5), dt.date(2025, 6, 16))
    page = bring_in(admin, Review, f"{HEAD}third,Third,A,B,06/05/25\n".encode()).content.decode()
    assert "“06/05/25” is not a date. Write 26 February 2025" in page
    assert "Traceback" not in page
    assert not Review.objects.filter(slug="third").exists()


def test_recommendations_come_with_their_words(admin):
    review = ReviewFactory(slug="audit")
    SourceFactory(slug="report", text="We recommend a plan. It is needed.")
    head = b"review,number,source,words\n"
    page = bring_in(admin, Recommendation, head + b"audit,1,report,We recommend nothing.\n").content.decode()
    assert "not there, character for character" in page
    bring_in(admin, Recommendation, head + b"audit,1,report,We recommend a plan.\n")
    assert review.recommendations.get().passage.exact == "We recommend a plan."
    bring_in(admin, Recommendation, b"review,number\naudit,1\n")
    assert review.recommendations.get().passage is not None, "a table without words leaves them"


@pytest.mark.parametrize("model", [Body, Theme, Review])
def test_the_sample_of_each_table_can_be_brought_in(admin, model):
    link = address(model, "sample")
    assert link in admin.get(address(model, "import")).content.decode()
    before = model.objects.count()
    bring_in(admin, model, admin.get(link).content)
    assert model.objects.count() == before + 1


def test_history_leads_to_the_record_and_to_the_log(admin):
    entry = update(stated())
    assert admin.get(address(type(entry.pledge), "history", entry.pledge.pk))["Location"] == (
        entry.pledge.get_absolute_url()
    )
    assert admin.get(address(type(entry), "history", entry.pk))["Location"] == entry.get_absolute_url()
    bring_in(admin, Body, b"slug,name\nhome,Home Office\n")
    log = admin.get(address(Body, "history", Body.objects.get(slug="home").pk), follow=True)
    assert log.status_code == 200
    assert "Home Office" in log.content.decode()
