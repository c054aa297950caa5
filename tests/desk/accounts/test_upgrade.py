"""What an installation had before names belonged to accounts and seeds were encrypted."""

import importlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection

from tests.desk.conftest import SECRET, code_now
from tests.factories import stated
from tracker.core import triggers
from tracker.desk.accounts.models import NameClaim
from tracker.desk.accounts.names import check_name
from tracker.desk.models import AuditLogEntry
from tracker.text.names import name_looks

pytestmark = pytest.mark.django_db
User = get_user_model()


def migration(name):
    return importlib.import_module(f"tracker.desk.migrations.{name}")


def test_each_name_that_was_there_is_one_accounts_the_older_keeps_it():
    stated()  # by “Ada” and “Grace”, who have no account here
    triggers.remove(connection)
    first = User.objects.create_user("first", first_name="Ada", last_name="Lovelace")
    second = User.objects.create_user("second", first_name="ADA", last_name="Lovelace")
    by_user_name = User.objects.create_user("mary")
    by_address = User.objects.create_user("grace@example.org")
    AuditLogEntry.objects.create(who="Mary Fairfax", user=by_user_name, what="logged in")
    migration("0008_claim_names").claim_all(apps, None)
    triggers.install(connection)
    names = {user.username: user.get_full_name() for user in User.objects.all()}
    assert names == {"first": "Ada Lovelace", "second": "", "mary": "mary", "grace@example.org": ""}
    claimed = dict(NameClaim.objects.filter(kind="name").values_list("text", "user"))
    assert claimed == {
        "Ada Lovelace": first.pk, "mary": by_user_name.pk, "Mary Fairfax": by_user_name.pk, "Ada": None, "Grace": None,
    }  # fmt: skip
    for user in (first, second, by_address):
        user.refresh_from_db()
        user.save()  # as it is, no trigger is in its way


def test_seeds_are_encrypted_on_the_way_up_and_plain_on_the_way_down(mary):
    step, factor = migration("0009_encrypt_factors"), Authenticator.objects.get(user=mary)
    step.decrypt(apps, None)
    factor.refresh_from_db()
    assert factor.data["secret"] == SECRET
    step.encrypt(apps, None)
    factor.refresh_from_db()
    assert SECRET not in factor.data["secret"]
    assert TOTP(factor).validate_code(code_now())


def test_a_name_from_before_names_had_two_looks_gets_the_second_one():
    triggers.remove(connection)
    capitals = User.objects.create_user("ali", first_name="ALI", last_name="SMITH")
    for kind, text in (("name", "ALI SMITH"), ("key", "ali smith"), ("look", "all smlth")):
        NameClaim.objects.create(kind=kind, text=text, user=capitals)
    migration("0016_second_looks_and_reading").claim_second_looks(apps, None)
    migration("0016_second_looks_and_reading").claim_second_looks(apps, None)
    triggers.install(connection)
    looks = NameClaim.objects.filter(kind="look", user=capitals).values_list("text", flat=True)
    assert set(looks) == name_looks("ALI SMITH")
    assert len(set(looks)) == 2
    with pytest.raises(ValidationError):
        check_name("Ali Smith", user=None)
    with pytest.raises(ValidationError):
        check_name("aIi smith", user=None)
