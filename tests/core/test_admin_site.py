"""The site of the admin, which finds what it shows when it is first asked."""

import pytest
from django.contrib import admin
from django.contrib.admin import sites
from django.core import checks
from django.utils.functional import empty

pytestmark = pytest.mark.once


def test_the_admin_is_checked_though_nobody_has_asked_for_it_yet(monkeypatch):
    # The checks of a process run in no order: that of the admin may be the first to need the site.
    monkeypatch.setattr(admin.site, "_wrapped", empty)
    monkeypatch.setattr(sites, "all_sites", made := type(sites.all_sites)())
    checks.run_checks(tags=[checks.Tags.admin])
    assert [type(site).__name__ for site in made] == ["LazyAdminSite"]
