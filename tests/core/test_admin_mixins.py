"""What admin classes share."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.desk.conftest import signed_in
from tests.factories import person
from tracker.desk.accounts.permissions import DeskRole

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["9" * 18, "9" * 21, "9" * 5000, "-1", "٣"])
def test_a_number_that_is_no_key_is_no_error(key):
    client = signed_in(person("Edith", DeskRole.ADMIN))
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
        assert client.get(address).status_code < 500, address
