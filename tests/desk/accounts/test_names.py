"""A name belongs to one account for good, at every way in; whoever is compared is compared by account."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tests.desk.conftest import signed_in
from tests.factories import person, stated, superuser
from tracker.desk.accounts.models import NameClaim
from tracker.desk.accounts.names import give_name
from tracker.desk.accounts.permissions import DeskRole, public_name
from tracker.desk.actions import people, reports
from tracker.desk.models import AuditLogEntry
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.reports import receive_report

pytestmark = pytest.mark.django_db
User = get_user_model()
TAKEN = "Another person has or had this name"
LIKE_ADA = ["Ada Lovelace", "ada  LOVELACE", "Ada\u00a0Lovelace", "Ａda Lovelace", "Adá Lovelace"]


def invite(by, name, email="new@example.org"):
    return people.invite(name=name, email=email, role=DeskRole.EDITOR, by=by, site="https://example.org")[0]


@pytest.mark.parametrize("name", LIKE_ADA)
def test_no_way_in_gives_one_person_the_name_of_another(ada, edith, client, name):
    other = person("Grace Hopper")
    with pytest.raises(ValidationError, match=TAKEN):
        invite(edith, name)
    with pytest.raises(ValidationError, match=TAKEN):
        give_name(other, name=name, by=None)
    form = {"name": name, "email": "grace@example.org", "is_active": "on"}
    page = signed_in(edith).post(reverse("admin:auth_user_change", args=[other.pk]), form)
    assert TAKEN in page.content.decode()
    page = signed_in(other).post(reverse("desk:own_name"), {"name": name})
    assert page.status_code == 422
    assert TAKEN in page.content.decode()
    other.refresh_from_db()
    assert public_name(other) == "Grace Hopper"


def test_the_database_refuses_it_whoever_writes(ada, grace):
    for first, last in (("Ada", "Lovelace"), ("Mary", "Somerville")):
        with pytest.raises(IntegrityError, match="A name belongs to one account"), transaction.atomic():
            User.objects.create_user("new", first_name=first, last_name=last)
        with pytest.raises(IntegrityError, match="A name belongs to one account"), transaction.atomic():
            User.objects.filter(pk=grace.pk).update(first_name=first, last_name=last)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE auth_user SET first_name = %s, last_name = %s WHERE id = %s", [first, last, grace.pk]
            )
    for change in (lambda: NameClaim.objects.update(user=grace), lambda: NameClaim.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        NameClaim.objects.create(kind="look", text="ada lovelace", user=grace)


def test_a_name_that_was_given_up_is_never_anothers(ada, grace):
    give_name(ada, name="Ada King", by=ada)
    with pytest.raises(ValidationError, match=TAKEN):
        give_name(grace, name="Ada Lovelace", by=grace)
    give_name(ada, name="Ada Lovelace", by=ada)
    assert public_name(ada) == "Ada Lovelace"
    entry = AuditLogEntry.objects.first()
    assert entry.changes == [["name", "Ada King", "Ada Lovelace"]]


def test_a_name_of_the_record_is_nobodys_who_comes_later(edith):
    stated()  # by “Ada” and “Grace”, as an import brings it
    for name in ("Ada", "GRACE"):
        with pytest.raises(ValidationError, match=TAKEN):
            invite(edith, name)


@pytest.mark.parametrize(
    "name", ["Ada, Grace", "Editor 7", "\u0410da Lovelace", "A\u200bda", "ada@example.org", "", "7"]
)
def test_a_name_that_deceives_is_refused_next_to_the_field(edith, name):
    page = signed_in(edith).post(
        reverse("desk:invite"), {"name": name, "email": "new@example.org", "role": DeskRole.EDITOR}
    )
    assert page.status_code == 422
    assert not User.objects.filter(email="new@example.org").exists()


def test_who_has_no_name_yet_is_known_by_a_number(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long and quiet sentence")
    call_command("createsuperuser", "--no-input", username="Grace", email="grace@example.org")
    made = User.objects.get(username="Grace")
    assert public_name(made) == f"Editor {made.pk}"
    page = signed_in(superuser("second")).get(reverse("desk:own_name"))
    assert "Your current name is <b>Editor" in page.content.decode()


def test_one_changes_ones_own_name_and_it_is_logged(ada):
    client = signed_in(ada)
    assert client.post(reverse("desk:own_name"), {"name": "Ada  King"}).status_code == 302
    ada.refresh_from_db()
    assert public_name(ada) == "Ada King"
    page = client.get(reverse("desk:own_name")).content.decode()
    assert "Ada Lovelace, Ada King" in page
    assert AuditLogEntry.objects.filter(user=ada, what="changed the name of an account").count() == 1


def test_who_wrote_an_answer_and_then_changes_their_name_does_not_publish_it(grace):
    report = receive_report(page="/", what="It is wrong.", source="")
    reports.answer(report, version=1, verdict=ReportOutcome.STANDS, text="It is right.", correction=None, by=grace)
    give_name(grace, name="Grace Brewster", by=grace)
    report.refresh_from_db()
    assert "You wrote in this answer" in reports.problem_of(report, by=grace)
    assert not reports.problem_of(report, by=person("Mary Somerville", DeskRole.PUBLISHER))
