"""What an installation had before names belonged to accounts."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection

from tests.factories import stated
from tracker.core import triggers
from tracker.desk.accounts.models import NameClaim
from tracker.desk.accounts.names import check_name
from tracker.text.names import name_looks

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_each_name_that_was_there_is_one_accounts_the_older_keeps_it():
    stated()  # by “Ada” and “Grace”, who have no account here
    triggers.remove(connection)
    first = User.objects.create_user("first", first_name="Ada", last_name="Lovelace")
    second = User.objects.create_user("second", first_name="ADA", last_name="Lovelace")
    by_user_name = User.objects.create_user("mary")
    by_address = User.objects.create_user("grace@example.org")
    migration = importlib.import_module("tracker.desk.migrations.0002_squashed_0023_admins_see_witnesses")
    migration.claim_names(apps, None)
    triggers.install(connection)
    names = {user.username: user.get_full_name() for user in User.objects.all()}
    assert names == {"first": "Ada Lovelace", "second": "", "mary": "mary", "grace@example.org": ""}
    claimed = dict(NameClaim.objects.filter(kind="name").values_list("text", "user"))
    assert claimed == {
        "Ada Lovelace": first.pk, "mary": by_user_name.pk, "Ada": None, "Grace": None,
    }  # fmt: skip
    for user in (first, second, by_address):
        user.refresh_from_db()
        user.save()  # as it is, no trigger is in its way
    looks = NameClaim.objects.filter(kind="look", user=first).values_list("text", flat=True)
    assert set(looks) == name_looks("Ada Lovelace"), "a capital I looks like l, a small one does not"
    with pytest.raises(ValidationError):
        check_name("Ada LoveIace", user=None)
