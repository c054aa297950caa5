"""Subscriptions in Django admin: to be looked up and ended on request, never made or changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tracker.alerts.models import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """Who follows what."""

    list_display = ["email", "scope", "frequency", "confirmed_at", "attempts"]
    list_filter = ["frequency"]
    search_fields = ["email", "scope"]
    exclude = ["key"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
