"""Subscriptions in Django admin: to be looked up and ended on request, never made or changed. No address is shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tracker.alerts.models import DeliveryCount, Subscription
from tracker.core.admin.mixins import LoggedDeletionMixin, ReadOnlyMixin


@admin.register(Subscription)
class SubscriptionAdmin(LoggedDeletionMixin, admin.ModelAdmin):
    """What is followed, and how often. An address is found only by who knows the whole of it."""

    list_display = ["masked_email", "scope", "frequency", "confirmed_at", "attempts", "failing_since"]
    list_filter = ["frequency"]
    search_fields = ["=email", "=scope"]
    search_help_text = "Enter a whole email address, or what is followed, such as pledge:a-pledge."
    fields = ["masked_email", "scope", "frequency", "created_at", "confirmed_at", "attempts", "failing_since"]
    readonly_fields = ["masked_email"]
    deletion = "ended"

    @admin.display(description="email address")
    def masked_email(self, row: Subscription) -> str:
        """Return enough of an address for its owner to know it, and for nobody else to write to it."""
        local, _, domain = row.email.partition("@")
        return f"{local[:1]}…@…{domain[domain.rfind('.') :]}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow the filters of the list alone: asking for first letters would give an address away."""
        return lookup.partition("__")[0] == "frequency" and super().lookup_allowed(lookup, value, request)


@admin.register(DeliveryCount)
class DeliveryCountAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What became of the emails of each day, in numbers."""

    list_display = ["day", "sent", "postponed", "no_address", "given_up"]
    search_fields = ["day"]
