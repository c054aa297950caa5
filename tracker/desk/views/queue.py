"""The front page of the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.desk import queue
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.setup.code import is_setting_up


@require_ability(Ability.SEE)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What needs me, in order."""
    only = request.GET.get("show", "")
    everything = queue.sections(request.user, today=timezone.localdate())
    sections = [section for section in everything if section.key == only]
    context = {
        "sections": sections or everything,
        "chips": [section for section in everything if section.number or section.key == only],
        "only": only if sections else "",
        "unknown": bool(only) and not sections,
        "nothing": not any(section.number for section in sections or everything),
        "sets_up": is_setting_up(request.user),
    }
    return render(request, "desk/queue.html", context)
