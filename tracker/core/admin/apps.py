"""Configuration of Django's admin."""

from django.contrib.admin.apps import SimpleAdminConfig


class AdminConfig(SimpleAdminConfig):
    """Django's own, with a site that finds what it shows when it is first asked."""

    default_site = "tracker.core.admin.sites.LateAdminSite"
