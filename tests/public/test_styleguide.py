"""/styleguide/ shows each component, with data and without, and only with DEBUG."""

import pytest
from django.urls import reverse

from tracker.public.styleguide import styleguide

pytestmark = pytest.mark.django_db
PARTS = ["Tokens", "Status tag", "Notice, empty state, diff", "Filters", "Pledge in a list", "Quotation", "Timeline"]


def shown(rf) -> str:
    request = rf.get("/styleguide/")
    request.htmx = False
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    return styleguide(request).content.decode()


def test_without_data_each_part_says_so(rf):
    page = shown(rf)
    assert [part for part in PARTS if part not in page] == []
    assert page.count('class="empty"') >= 4
    assert "--paper" in page


@pytest.mark.usefixtures("casey")
def test_with_data_each_part_is_there(rf):
    page = shown(rf)
    for part in ('class="row"', 'class="quotation"', 'class="timeline"', "<del>by May</del><ins>in the autumn</ins>"):
        assert part in page


def test_it_has_no_address_without_debug(client):
    assert client.get("/styleguide/").status_code == 404
    with pytest.raises(Exception, match="styleguide"):
        reverse("public:styleguide")
