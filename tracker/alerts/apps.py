"""Configuration of the alerts package."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """E-mail subscriptions."""

    name = "tracker.alerts"
    verbose_name = "Alerts"
