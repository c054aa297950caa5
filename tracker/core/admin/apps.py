"""Configuration of Django's admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class AdminConfig(SimpleAdminConfig):
    """Django's own, with a site that finds what it shows when it is first asked."""

    default_site = "tracker.core.admin.sites.LazyAdminSite"

    def ready(self) -> None:
        """Register the checks of Django's own, one of them as ``check_site``."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_site, checks.Tags.admin)


def check_site(app_configs: Sequence[Any] | None, **options: Any) -> list[checks.CheckMessage]:
    """Check the site. Django checks those that were made already, which nobody may have asked for yet."""
    admin.site.is_registered  # noqa: B018  # this makes it
    messages: list[checks.CheckMessage] = check_admin_app(app_configs, **options)
    return messages
