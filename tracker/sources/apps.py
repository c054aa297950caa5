"""Configuration of the sources package."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SourcesConfig(AppConfig):
    """Sources and passages."""

    name = "tracker.sources"
    verbose_name = "Sources"

    def ready(self) -> None:
        from tracker.core import triggers
        from tracker.sources import triggers as source_triggers

        triggers.register(source_triggers.TRIGGERS)
        # The one use of signals: only migrate itself knows when a table was rebuilt.
        # Sent for each app, before and after all of them: one is enough.
        pre_migrate.connect(triggers.before_migrate, sender=self, dispatch_uid="sources.guards.before")
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="sources.guards.after")
