"""Template tags of the public pages: words and shapes for values, and the head of the record."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache as cache_once
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import DisallowedHost, ValidationError
from django.http import HttpRequest
from django.template.defaultfilters import date
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from tracker.core.appearance.svg import make_svg_safe
from tracker.pledges.choices import NO_STATUS, Schedule, Status
from tracker.sources.choices import CheckState
from tracker.text.characters import without_hidden
from tracker.text.diff import DiffPart
from tracker.web.as_of import DAY_PARAMETERS
from tracker.web.markdown import markdown_to_html

register = template.Library()


@register.simple_tag
def script(path: str) -> SafeString:
    """A script of ours, which a browser runs only if it is the very file that is here (Subresource Integrity)."""
    return format_html('<script src="{}" integrity="{}" defer></script>', static(path), _integrity(path))


@register.simple_tag
def script_on_demand(path: str) -> SafeString:
    """The same script, named: public/site.js fetches it for who turns to a filter. Most readers only read."""
    return format_html('<meta name="swaps" content="{}" data-integrity="{}">', static(path), _integrity(path))


@register.filter
def whole_address(path: str) -> str:
    """A path of the site as a whole address, for paper: the same wherever the page was asked for."""
    return f"{settings.SITE_URL}{path}"


@register.simple_tag(takes_context=True)
def for_crawlers(context: Mapping[str, Any]) -> SafeString:
    """What a crawler has to know of a variant of a page, such as a filtered list: where its end is.

    Each filter leads to more of them, without end. Pages of a list are no variants: they have rows of their own.
    """
    request = context.get("request")
    if request is None or not set(request.GET) - {"page"}:
        return SafeString("")
    robots = SafeString('<meta name="robots" content="noindex, nofollow">')
    if any(name in request.GET for name in DAY_PARAMETERS):
        return robots
    address = _whole_address(request, request.path)
    return format_html('{}<link rel="canonical" href="{}">', robots, address) if address else robots


@register.simple_tag(takes_context=True)
def page_address(context: Mapping[str, Any]) -> str:
    """The whole address of a page, for paper; empty where there is none that could be typed."""
    request = context.get("request")
    return _whole_address(request) if request is not None else ""


def _whole_address(request: HttpRequest, path: str | None = None) -> str:
    """Return the address of a path, or of the request; empty where the request names a host that is not ours."""
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return ""


@cache_once
def _integrity(path: str) -> str:
    stored = getattr(staticfiles_storage, "stored_name", str)(path)
    local_path = None if staticfiles_storage.exists(stored) else finders.find(path)
    with Path(str(local_path)).open("rb") if local_path else staticfiles_storage.open(stored) as file:
        return f"sha384-{base64.b64encode(hashlib.sha384(file.read()).digest()).decode('ascii')}"


@register.inclusion_tag("components/status.html")
def status(value: str | None, size: str = "") -> dict[str, Any]:
    """The glyph and the word of a status; for None and for NO_STATUS, that nobody has looked yet."""
    return {"status": Status(value) if value and value != NO_STATUS else None, "size": size}


@register.simple_tag
def day(value: dt.date | dt.datetime, form: str = "j F Y") -> SafeString:
    """A day in words, such as 26 February 2025, marked up for programs. An instant is shown as its day at the site."""
    on = timezone.localdate(value) if isinstance(value, dt.datetime) else value
    return _day_in_words(on, form, get_language())


@lru_cache(maxsize=4096)
def _day_in_words(on: dt.date, form: str, language: str | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), date(on, form))


@register.simple_tag
def last_entry(entry: Any, suffix: str) -> SafeString:
    """That this entry is the last one: its day, which leads to it. Each entry changes it: so without a template."""
    return format_html(
        '<span>{} <a href="{}{}#{}">{}</a></span>',
        _last_entry_words(get_language()), entry.pledge.get_absolute_url(), suffix, entry.anchor,
        day(entry.published_at),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _last_entry_words(language: str | None) -> str:
    return gettext("Last entry:")


@register.filter
def markdown(text: str) -> str:
    """An editor's explanation as safe HTML (web/markdown.py)."""
    return markdown_to_html(text)


@register.inclusion_tag("components/clock.html")
def clock(pledge: Any, today: dt.date) -> dict[str, Any]:
    """Whether a pledge (from PledgeQuerySet.with_schedule) is on time against its first deadline, in words."""
    late = pledge.schedule == Schedule.OVERDUE
    until = pledge.status_on if pledge.status == Status.DELIVERED else today
    later = pledge.deadlines_after_first[-1] if pledge.later_deadlines else None
    return {
        "pledge": pledge,
        "later": later,
        "past_later": (until - later.last).days if later and later.last and until > later.last else None,
        "late_by": (until - pledge.deadline_on).days if late else None,
        "delivered": pledge.status == Status.DELIVERED,
    }


@register.inclusion_tag("components/check.html")
def check(passage: Any) -> dict[str, Any]:
    """How far the program has checked a passage, in words."""
    return {"passage": passage, "state": CheckState(passage.check_state)}


@register.filter
def marked_differences(parts: Iterable[DiffPart], without: str = "") -> SafeString:
    """Two wordings as one text, with what went struck and what came marked. ``without`` leaves out one kind."""
    marks = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>"}
    return SafeString(
        "".join(format_html(marks.get(part.kind, "{}"), part.text) for part in parts if part.kind != without)
    )


@register.filter
def safe_logo(text: str) -> SafeString:
    """A logo drawn in the page itself: an SVG of which nothing runs or loads; nothing for what is no SVG."""
    try:
        return mark_safe(make_svg_safe(text))  # noqa: S308 - that is what makes it safe
    except ValidationError:
        return SafeString("")


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping at a key, or None."""
    return mapping.get(key)


@register.filter
def strip_invisible(words: Any) -> str:
    """What somebody typed, without the characters that nobody would see."""
    return without_hidden(str(words or ""))


@register.filter
def days_until(start: dt.date, end: dt.date) -> int:
    """Days from one day to another; never below 0."""
    return max(0, (end - start).days)
