"""People of the desk, and ways to be one of them."""

import time

import pytest
from django.test import Client

from tests.factories import person
from tracker.desk.roles import Role


@pytest.fixture
def ada(db):
    """An editor."""
    return person("Ada Lovelace", Role.EDITOR)


@pytest.fixture
def grace(db):
    """A publisher."""
    return person("Grace Hopper", Role.PUBLISHER)


@pytest.fixture
def edith(db):
    """An admin."""
    return person("Edith Clarke", Role.ADMIN)


def signed_in(user) -> Client:
    """A client of somebody who has just shown who they are."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
