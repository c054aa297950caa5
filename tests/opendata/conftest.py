"""What tests of the open data share."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections


@pytest.fixture
def requests_in_transaction() -> Iterator[None]:
    """A real WSGI request begins and ends with closing what is old; the test's own transaction has to outlive it.

    Django's own test client does the same, and undoes it after each of its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
