"""Addresses of the public pages. They are promises: an address, once published, stays."""

from django.conf import settings
from django.contrib.sitemaps.views import index, sitemap
from django.urls import path, re_path

from tracker.public import record_views, report_views, sharing_views, views
from tracker.public.sitemaps import SITEMAPS

app_name = "public"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("robots.txt", sharing_views.robots, name="robots"),
    path(".well-known/security.txt", sharing_views.security, name="security"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "public:sitemap-part"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
    path("pledges/<slug:slug>/card.png", sharing_views.card, name="card"),
    path("pictures/", views.pictures, name="pictures"),
    path("pledges/<slug:slug>/", views.pledge, name="pledge"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("checks/", views.checks, name="checks"),
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<slug:slug>/", views.body, name="body"),
    path("compare/", views.compare, name="compare"),
    path("themes/<slug:slug>/", views.theme, name="theme"),
    path("changes/", record_views.changes, name="changes"),
    re_path(r"^changes/(?P<month>[0-9]{4}-[0-9]{2})/$", record_views.changes, name="month"),
    path("record/", record_views.record, name="record"),
    path("record/record.ndjson", record_views.download, name="record-download"),
    path("record/verify_record.py", record_views.verifier, name="record-verifier"),
    path("record/head.txt", record_views.checkpoint, name="record-checkpoint"),
    path(".well-known/record-head.json", record_views.head, name="record-head"),
    path("report/", report_views.report, name="report"),
    path("report/sent/", report_views.reported, name="reported"),
    path("corrections/", report_views.corrections, name="corrections"),
    path("methodology/", views.methodology, name="methodology"),
    path("about/", views.about, name="about"),
]
if settings.DEBUG:
    from tracker.public.styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
