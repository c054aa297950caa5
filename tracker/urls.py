"""URLs of the whole site: the public pages and open data, Django admin, accounts, the desk."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from tracker.ops import views

admin.autodiscover()
# Before the URLs are made of it: the stock sign-in would let a password in without the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

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
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("desk/", include("tracker.desk.urls")),
    path("setup/", include("tracker.desk.setup.urls")),
    path("follow/", include("tracker.alerts.urls")),
]

handler400 = "tracker.web.error_views.bad_request"
handler403 = "tracker.web.error_views.permission_denied"
handler404 = "tracker.web.error_views.page_not_found"
handler500 = "tracker.web.error_views.server_error"
