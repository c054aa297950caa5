"""Pages: what happened that concerns me, how I am told, my feed, and the calendar of the desk."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_http_methods, require_safe

from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, public_name
from tracker.desk.idempotency import idempotent
from tracker.desk.models import EmailFrequency, NoticeSettings
from tracker.desk.notices.audience import feed_key, notices_for, settings_of, settings_of_key
from tracker.desk.notices.calendar import calendar_rows, holds_now

PAGE_SIZE, FEED_SIZE = 50, 50


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def notices(request: HttpRequest) -> HttpResponse:
    """What concerns this person, and how they are told of it."""
    user: Any = request.user
    chosen = settings_of(user)
    if request.method == "POST":
        return _choose(request, chosen)
    page = Paginator(notices_for(user), PAGE_SIZE).get_page(request.GET.get("page"))
    seen_until = chosen.seen_until
    last = max((notice.pk for notice in page), default=0)
    if last > seen_until:
        NoticeSettings.objects.filter(pk=chosen.pk).update(seen_until=last)
    context = {
        "page": page,
        "seen_until": seen_until,
        "chosen": chosen,
        "frequencies": EmailFrequency,
        "feed": request.build_absolute_uri(reverse("desk:notices_feed", args=[feed_key(chosen)])),
    }
    return render(request, "desk/notices/notices.html", context)


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The notices of one person as Atom, for a reader that cannot sign in: its address is the key to it.

    It has no words of drafts and no reasons.
    """
    chosen = settings_of_key(key)
    if chosen is None:
        raise Http404
    site = request.build_absolute_uri("/").rstrip("/")
    atom = Atom1Feed(
        title=f"{settings.SITE_NAME}: notices for {public_name(chosen.user)}", link=site + reverse("desk:notices"),
        description="", feed_url=request.build_absolute_uri(), feed_guid=f"{site}/desk/notices/#{chosen.user_id}",
    )  # fmt: skip
    for notice in notices_for(chosen.user)[:FEED_SIZE]:
        atom.add_item(
            title=str(notice), link=site + notice.url, description="", updateddate=notice.at, pubdate=notice.at,
            unique_id=f"{site}/desk/notices/#{notice.pk}",
        )  # fmt: skip
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


feed.policy = Ability.SEE  # type: ignore[attr-defined]  # asked by settings_of_key


@require_ability(Ability.SEE)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is published when, what falls due, which answers are expected, and what is on hold."""
    today = timezone.localdate()
    rows = calendar_rows(request.user, today=today)
    context = {
        "past": [row for row in rows if row.day < today],
        "coming": [row for row in rows if row.day >= today],
        "holds": holds_now(),
        "today": today,
    }
    return render(request, "desk/notices/calendar.html", context)


def _choose(request: HttpRequest, chosen: NoticeSettings) -> HttpResponse:
    if request.POST.get("do") == "new-feed":
        chosen.feed_number += 1
        chosen.save(update_fields=["feed_number"])
        messages.success(request, "Your feed has a new address. The old one has ended.")
    elif request.POST.get("frequency") in EmailFrequency.values:
        chosen.frequency = request.POST["frequency"]
        chosen.save(update_fields=["frequency"])
        messages.success(request, f"Saved. Emails: {EmailFrequency(chosen.frequency).label.lower()}.")
    return redirect("desk:notices")
