"""URLs of the whole site: Django admin, accounts, the desk, then the public pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from tracker import health

admin.autodiscover()
# Before the URLs are made of it: the stock log-in would let a password in without the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("health/metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("desk/", include("tracker.desk.urls")),
    path("follow/", include("tracker.alerts.urls")),
    path("", include("tracker.opendata.urls")),
    path("", include("tracker.public.urls")),
]

handler400 = "tracker.public.views.bad_request"
handler403 = "tracker.public.views.permission_denied"
handler404 = "tracker.public.views.page_not_found"
handler500 = "tracker.public.views.server_error"
