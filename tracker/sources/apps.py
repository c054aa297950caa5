"""Configuration of the sources package."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SourcesConfig(AppConfig):
    """Sources and passages."""

    name = "tracker.sources"
    verbose_name = "Sources"

    def ready(self) -> None:
        from tracker.sources import checks, guards  # noqa: F401  (checks register themselves)

        guards.register(guards.GUARDS)
        # The one use of signals: only migrate itself knows when a table was rebuilt.
        # Sent for each app, before and after all of them: one is enough.
        pre_migrate.connect(guards.before_migrate, sender=self, dispatch_uid="sources.guards.before")
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="sources.guards.after")
