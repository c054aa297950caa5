"""Configuration of the pledges package."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    """Pledges and the record."""

    name = "tracker.pledges"
    verbose_name = "Pledges"

    def ready(self) -> None:
        from tracker.core.triggers import register
        from tracker.pledges.derived.data_versions import CHANGE_COUNTERS
        from tracker.pledges.record.triggers import TRIGGERS

        register([*TRIGGERS, *CHANGE_COUNTERS])
