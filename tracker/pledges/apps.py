"""Configuration of the pledges package."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    """Pledges and the record."""

    name = "tracker.pledges"
    verbose_name = "Pledges"

    def ready(self) -> None:
        from tracker.pledges.editions import TICKS
        from tracker.pledges.guards import GUARDS
        from tracker.sources.guards import register

        register([*GUARDS, *TICKS])
