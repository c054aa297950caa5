"""Configuration of the core package."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Infrastructure that knows no other package."""

    name = "tracker.core"
    verbose_name = "Core"
