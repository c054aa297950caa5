"""Addresses of subscriptions; those with a key are in emails that were sent."""

from django.urls import path, re_path

from tracker.alerts import views

app_name = "alerts"

urlpatterns = [
    path("", views.follow, name="follow"),
    path("asked/", views.requested, name="requested"),
    re_path(r"^(?P<key>[A-Za-z0-9_-]{43})/$", views.confirm, name="confirm"),
    re_path(r"^(?P<key>[A-Za-z0-9_-]{43})/end/$", views.end, name="end"),
]
