"""Addresses of setting up."""

from django.urls import path

from tracker.desk.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.start, name="start"),
    path("site/", views.site, name="site"),
    path("site/test-email/", views.test_email, name="test_email"),
    path("review/", views.first_review, name="review"),
]
