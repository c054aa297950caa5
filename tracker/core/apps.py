"""Configuration of the core package."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Infrastructure that knows no other package."""

    name = "tracker.core"
    verbose_name = "Core"

    def ready(self) -> None:
        from tracker.core import checks  # noqa: F401  # registers them
