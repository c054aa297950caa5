"""Pages for errors: 400, 403, 404 and 500."""

import sys

from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker.pledges.models import Pledge
from tracker.web.middleware import answer_outage

# --- Errors -------------------------------------------------------------------------------------


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the pledges whose address or title has the words of the one that was asked for."""
    words = [word for word in request.path.strip("/").split("/")[-1].lower().split("-") if len(word) > 3][:6]
    condition = Q()
    for word in words:
        condition |= Q(slug__icontains=word)
    try:
        near = list(Pledge.objects.filter(condition).only("slug", "title")[:5]) if words else []
    except (DatabaseError, ValueError):
        near = []
    return render(request, "404.html", {"near": near}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is malformed."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a page that asks nothing of the database; 503 where a middleware met one that is away."""
    if (response := answer_outage(request, sys.exc_info()[1])) is not None:
        return response
    return render(request, "500.html", {"no_database": True}, status=500)
