"""Configuration of the alerts package."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "tracker.alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        from tracker.alerts.subscriptions import describe_emailed_copies
        from tracker.pledges.outside_copies import register_copy_counter

        register_copy_counter(describe_emailed_copies)
