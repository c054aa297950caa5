"""Addresses of the public pages. They are promises: an address, once published, stays."""

from django.urls import path

from tracker.public import views

app_name = "public"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("pledges/<slug:slug>/", views.pledge, name="pledge"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("checks/", views.checks, name="checks"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<slug:slug>/", views.body, name="body"),
    path("themes/<slug:slug>/", views.theme, name="theme"),
    path("methodology/", views.methodology, name="methodology"),
    path("about/", views.about, name="about"),
]
