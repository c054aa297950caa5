"""The front page of the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.desk import queue
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability


@require_ability(Ability.SEE)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What needs me, in order."""
    only = request.GET.get("show", "")
    known = dict(queue.keys())
    sections = queue.sections(request.user, today=timezone.localdate(), only=only)
    context = {
        "sections": sections,
        "keys": queue.keys(),
        "only": only if only in known else "",
        "unknown": bool(only) and only not in known,
        "nothing": not any(section.number for section in sections),
    }
    return render(request, "desk/queue.html", context)
