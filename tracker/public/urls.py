"""Addresses of the public pages. They are promises: an address, once published, stays."""

from django.conf import settings
from django.contrib.sitemaps.views import index, sitemap
from django.urls import path, re_path

from tracker.public.sitemaps import SITEMAPS
from tracker.public.views import (
    charts,
    groups,
    log,
    pages,
    pledges,
    recommendations,
    record,
    reports,
    reviews,
    sharing,
    sources,
    witness,
)

app_name = "public"

urlpatterns = [
    path("", pledges.dashboard, name="dashboard"),
    path("robots.txt", sharing.robots, name="robots"),
    path(".well-known/security.txt", sharing.security, name="security"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "public:sitemap-part"}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
    path("pledges/<slug:slug>/card.png", sharing.card, name="card"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<slug:slug>/", reviews.show_review, name="review"),
    path("reviews/<slug:slug>/recommendations/", recommendations.recommendations, name="recommendations"),
    path("reviews/<slug:slug>/recommendations/report/", recommendations.report, name="recommendation-report"),
    path("reviews/<slug:slug>/recommendations/<int:number>/", recommendations.recommendation, name="recommendation"),
    path("recommended-before/", recommendations.recommended_before, name="recommended-before"),
    path("reviews/<slug:slug>/about/", reviews.about, name="review-about"),
    path("reviews/<slug:slug>/pictures/", reviews.pictures, name="review-pictures"),
    path("reviews/<slug:slug>/changes/", reviews.changes, name="review-changes"),
    re_path(r"^reviews/(?P<slug>[-\w]+)/changes/(?P<month>[0-9]{4}-[0-9]{2})/$", reviews.changes, name="review-month"),
    re_path(r"^reviews/(?P<slug>[-\w]+)/look-(?P<version>[0-9a-f]{12})\.css$", reviews.style, name="review-style"),
    re_path(r"^reviews/(?P<slug>[-\w]+)/logo-(?P<version>[0-9a-f]{12})\.svg$", reviews.logo, name="review-logo"),
    path("pictures/", charts.pictures, name="pictures"),
    path("pledges/<slug:slug>/", pledges.show_pledge, name="pledge"),
    path("pledges/<slug:slug>/record/", pledges.pledge_record, name="pledge-record"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:slug>/", sources.show_source, name="source"),
    path("checks/", sources.checks, name="checks"),
    path("bodies/", groups.list_groups, name="bodies"),
    path("bodies/<slug:slug>/", groups.show_body, name="body"),
    path("compare/", groups.compare, name="compare"),
    path("themes/<slug:slug>/", groups.show_theme, name="theme"),
    path("changes/", record.changes, name="changes"),
    re_path(r"^changes/(?P<month>[0-9]{4}-[0-9]{2})/$", record.changes, name="month"),
    path("record/", record.record, name="record"),
    path("record/record.ndjson", record.download, name="record-download"),
    path("record/signatures.ndjson", record.signatures, name="record-signatures"),
    path("record/verify_record.py", record.verifier, name="record-verifier"),
    path("record/verify/", record.verify, name="record-verify"),
    path("record/head.txt", record.checkpoint, name="record-checkpoint"),
    path("record/proofs/<int:position>.json", log.proof, name="record-proof"),
    path("record/proofs/<int:position>.json.gz", log.packed_proof, name="record-packed-proof"),
    path("record/log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("record/log/cosigned", log.cosigned, name="log-cosigned"),
    path("witness/add-checkpoint", witness.add_checkpoint, name="witness-add"),
    re_path(r"^witness/(?P<origin_hash>[0-9a-f]{64})/checkpoint$", witness.cosigned_checkpoint, name="witness-log"),
    path("record/log/growth/<int:old>/<int:new>.json", log.growth, name="log-growth"),
    re_path(rf"^record/log/tile/(?P<level>[1-5]?[0-9]|6[0-3])/{log.TILE_NUMBER}$", log.tile, name="log-tile"),
    re_path(rf"^record/log/tile/entries/{log.TILE_NUMBER}$", log.leaves, name="log-leaves"),
    path(".well-known/record-head.json", record.record_head, name="record-head"),
    path("report/", reports.report, name="report"),
    path("report/sent/", reports.reported, name="reported"),
    path("corrections/", reports.corrections, name="corrections"),
    path("methodology/", pages.methodology, name="methodology"),
    path("about/", pages.about, name="about"),
    path("how-to-search/", pages.how_to_search, name="how-to-search"),
]
if settings.DEBUG:
    from tracker.public.styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
