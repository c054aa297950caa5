"""Configuration of the open-data package."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """Downloads, API, feeds, calendar, embeds and the site as plain files."""

    name = "tracker.opendata"
    verbose_name = "Open data"
