"""Addresses of the open data. They are promises: an address, once published, stays."""

from django.urls import path, re_path

from tracker.opendata.api import docs_views
from tracker.opendata.feeds import BodyFeed, Changes, PledgeFeed, RecommendationsFeed, ReviewFeed, ThemeFeed
from tracker.opendata.http import open_data
from tracker.opendata.views import downloads, embeds, feeds, memento

app_name = "opendata"

urlpatterns = [
    path("api/v1/", docs_views.manual, name="api"),
    path("api/v1/openapi.json", docs_views.openapi_document, name="openapi"),
    re_path(r"^api/v1/(?P<rest>[\s\S]+)$", docs_views.api_operation, name="operation"),  # line breaks too
    path("feed.atom", feeds.list_feed, name="feed"),
    path("changes/feed.atom", open_data(Changes()), name="feed-changes"),
    path("pledges/<slug:slug>/feed.atom", open_data(PledgeFeed()), name="feed-pledge"),
    path("bodies/<slug:slug>/feed.atom", open_data(BodyFeed()), name="feed-body"),
    path("themes/<slug:slug>/feed.atom", open_data(ThemeFeed()), name="feed-theme"),
    path("reviews/<slug:slug>/feed.atom", open_data(ReviewFeed()), name="feed-review"),
    path(
        "reviews/<slug:slug>/recommendations/feed.atom", open_data(RecommendationsFeed()), name="feed-recommendations"
    ),
    path("reviews/<slug:slug>/deadlines.ics", feeds.review_calendar, name="calendar-review"),
    path("deadlines.ics", feeds.calendar, name="calendar"),
    path("embed/pledges/<slug:slug>/", embeds.embed_pledge, name="embed-pledge"),
    path("embed/pledges/<slug:slug>.svg", embeds.badge, name="badge"),
    path("embed/reviews/<slug:slug>/", embeds.embed_review, name="embed-review"),
    path("oembed", embeds.oembed, name="oembed"),
    re_path(r"^timegate/(?P<page>.*)$", memento.timegate, name="timegate"),
    re_path(r"^timemap/(?P<page>.*)$", memento.timemap, name="timemap"),
    path("data/", downloads.index, name="index"),
    path("data/package.zip", downloads.data_package, name="package"),
    path("data/datapackage.json", downloads.data_package_descriptor, name="descriptor"),
    re_path(r"^data/(?P<name>[a-z]+)\.(?P<extension>csv|json|ndjson)$", downloads.download_table, name="table"),
    re_path(r"^data/(?P<name>[a-z]+_[a-z]+)\.(?P<extension>csv|json|ndjson)$", downloads.download_table, name="table"),
]
