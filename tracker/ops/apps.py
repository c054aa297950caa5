"""Configuration of the ops package."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """How an installation is run."""

    name = "tracker.ops"
    verbose_name = "Operations"
