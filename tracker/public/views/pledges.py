"""The dashboard and the page of a pledge."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tracker.pledges.models import Pledge
from tracker.public.pages.pledge import pledge_context
from tracker.public.pages.pledge_lists import Dashboard
from tracker.public.views.lists import render_list
from tracker.web.as_of import mark_past_day, read_as_of
from tracker.web.fragment_cache import CATALOGUE_TABLES, CachedFragment
from tracker.web.rate_limiting import rate_limited


@require_safe
@rate_limited("search", when=lambda request: bool(request.GET.get("q")))
def dashboard(request: HttpRequest) -> HttpResponse:
    """All pledges: the answer in one sentence, the counts, and the list with its filters."""
    return render_list(Dashboard(request, read_as_of(request)), "public/dashboard.html")


@require_safe
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """One pledge: what was promised, its status, and how we know."""
    when = read_as_of(request)
    version = Pledge.objects.cache_version(slug, until=when.until)
    if version is None:
        later = get_object_or_404(Pledge.objects.with_record(), slug=slug)  # readers know only what is on the record
        return render(request, "public/not_yet.html", {"pledge": later, "as_of": when}, status=404)
    page = CachedFragment(
        request,
        [*CATALOGUE_TABLES, "pledges_question"],
        *("pledge", version, when.today, when.day, request.build_absolute_uri("/"), request.user.is_authenticated),
        build_context=partial(pledge_context, request, slug, when),
    )
    context = {"page": page, "today": when.today, "as_of": when}
    return mark_past_day(render(request, "public/pledge.html", context), when)
