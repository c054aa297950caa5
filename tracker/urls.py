"""URLs of the whole site: Django admin, then the public pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("tracker.public.urls")),
]

handler400 = "tracker.public.views.bad_request"
handler403 = "tracker.public.views.permission_denied"
handler404 = "tracker.public.views.page_not_found"
handler500 = "tracker.public.views.server_error"
