"""The tracker's own URLs, and the peer: a view that does nothing, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing, never from the cache of pages."""
    return HttpResponse("ok", headers={"Cache-Control": "no-store"})


urlpatterns = [path("empty/", empty), path("", include("tracker.urls"))]
