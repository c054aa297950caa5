"""Configuration of the alerts package."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "tracker.alerts"
    verbose_name = "Alerts"
