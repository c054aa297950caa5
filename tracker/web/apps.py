"""Configuration of the web package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What all screens share."""

    name = "tracker.web"
    verbose_name = "Web"
