"""Configuration of the desk package."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What editors work with."""

    name = "tracker.desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from tracker.core.admin.mixins import LoggedDeletionMixin
        from tracker.core.triggers import register
        from tracker.desk.audit_log import record_action
        from tracker.desk.triggers import TRIGGERS

        register(TRIGGERS)
        LoggedDeletionMixin.record_action = staticmethod(record_action)
