"""Configuration of the public package."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The pages that readers see."""

    name = "tracker.public"
    verbose_name = "Public pages"
