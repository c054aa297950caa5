"""URLs of the whole site: the public pages and open data, Django admin, accounts, the desk."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from tracker.core.lazy_urls import lazy_include
from tracker.ops import views

RENAMED_IN_ADMIN = {
    "desk/activity": "desk/auditlogentry",
    "desk/lettertemplate": "desk/questiontemplate",
    "pledges/statusupdate": "pledges/recordentry",
    "sources/original": "sources/sourcefile",
}
"""Addresses of version 0.1.0 in the admin: bookmarks of them still lead to the same lists."""

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("health/metrics", views.metrics, name="metrics"),
    # Readers first: each pattern before takes its time.
    path("", include("tracker.public.urls")),
    path("", include("tracker.opendata.urls")),
    *(
        re_path(
            f"^admin/{old}/(?P<rest>.*)$",
            RedirectView.as_view(url=f"/admin/{new}/%(rest)s", query_string=True, permanent=True),
        )
        for old, new in RENAMED_IN_ADMIN.items()
    ),
    # What nobody but the desk asks for is imported then.
    lazy_include("admin/", admin.site, "admin"),
    path("accounts/", include("tracker.desk.accounts.urls")),
    lazy_include("desk/", "tracker.desk.urls", "desk"),
    lazy_include("setup/", "tracker.desk.setup.urls", "setup"),
    path("follow/", include("tracker.alerts.urls")),
]

handler400 = "tracker.web.error_views.bad_request"
handler403 = "tracker.web.error_views.permission_denied"
handler404 = "tracker.web.error_views.page_not_found"
handler500 = "tracker.web.error_views.server_error"
