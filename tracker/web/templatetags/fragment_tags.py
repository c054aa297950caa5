"""The template tags that keep a part of a page, or all of it but some stretches, rendered."""

import secrets
from typing import Any, ClassVar

from django import template
from django.http import HttpRequest, HttpResponse
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context, RequestContext
from django.template.loader import get_template
from django.utils.safestring import SafeString

from tracker.web.fragment_cache import CachedFragment

register = template.Library()


@register.tag
def cached(parser: Parser, token: Token) -> "CachedNode":
    """``{% cached part "name" more… %}…{% endcached %}``: a stretch of a page that is kept rendered.

    ``more`` are further values that it is kept by. Inside, there is also what the part is filled with.
    """
    _, part, *by = token.split_contents()  # the name is just what it is kept by first
    nodes = parser.parse(["endcached"])
    parser.delete_first_token()
    return CachedNode(nodes, parser.compile_filter(part), [parser.compile_filter(expression) for expression in by])


@register.tag
def kept_page(parser: Parser, token: Token) -> "KeptPageNode":
    """``{% kept_page part %}``, at the top: the page from here on is kept rendered, but for what is ``fresh`` in it.

    In it, but for the fresh stretches, there is also what the part is filled with.
    """
    _, part = token.split_contents()
    return KeptPageNode(parser.parse(), parser.compile_filter(part))


@register.tag
def fresh(parser: Parser, token: Token) -> "FreshNode":
    """``{% fresh "name" %}…{% endfresh %}``: a stretch of a kept page that is rendered each time.

    It has the context of the page alone: no variable that was set on the way to it. Never within ``cached``: it would
    be kept with it.
    """
    _, name = token.split_contents()
    nodes = parser.parse(["endfresh"])
    parser.delete_first_token()
    # Not its path: another process that keeps pages in the same place may have the program in another folder.
    return FreshNode(nodes, f"{getattr(parser.origin, 'template_name', '')} {name}")


class CachedNode(template.Node):
    """What ``cached`` compiles to."""

    def __init__(self, nodelist: NodeList, part: FilterExpression, by: list[FilterExpression]) -> None:
        self.nodelist, self.part, self.by = nodelist, part, by

    def render(self, context: Context) -> SafeString:
        """Return the stretch, kept or rendered now; without a part, as for a page that has no request, rendered."""
        part = self.part.resolve(context)
        if not isinstance(part, CachedFragment):
            return self.nodelist.render(context)

        def make() -> str:
            with context.push(**part.context):
                return self.nodelist.render(context)

        return part.render([expression.resolve(context) for expression in self.by], make)


_GAPS = "gaps of the kept page"
_WHOLE = ("whole page as it is sent",)
"""By what a whole page is kept."""


class FreshNode(template.Node):
    """What ``fresh`` compiles to."""

    by_name: ClassVar[dict[str, "FreshNode"]] = {}
    """Those of all pages that this process has made."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: Context) -> SafeString:
        """Return the stretch; in a page that is being kept, a mark in its place."""
        gaps: _Gaps | None = context.get(_GAPS)
        if gaps is None:
            return self.nodelist.render(context)
        self.by_name[self.name] = self
        gaps.names.append(self.name)
        return SafeString(gaps.mark)


class _Gaps:
    """Where the fresh stretches of a page are: in the place of each is a mark that nobody can have written."""

    def __init__(self) -> None:
        self.mark, self.names = secrets.token_hex(), list[str]()


class KeptPageNode(template.Node):
    """What ``kept_page`` compiles to."""

    def __init__(self, nodelist: NodeList, part: FilterExpression) -> None:
        self.nodelist, self.part = nodelist, part

    def render(self, context: Context) -> SafeString:
        """Return the page, kept or rendered now, with its fresh stretches; without a part, all of it rendered."""
        part = self.part.resolve(context)
        if not isinstance(part, CachedFragment):
            return self.nodelist.render(context)
        texts, names = part.get(_WHOLE, lambda: self._cut(context, part.context))
        if not FreshNode.by_name.keys() >= set(names):  # another process kept it, and this one has not made it yet
            texts, names = self._cut(context, part.context)
        return SafeString(_put_together(texts, names, context).decode())

    def _cut(self, context: Context, more: dict[str, Any]) -> tuple[list[bytes], list[str]]:
        """Return the text around the fresh stretches, as it is sent, and their names."""
        gaps = _Gaps()
        with context.push(**more, **{_GAPS: gaps}):
            html = self.nodelist.render(context)
        return html.encode().split(gaps.mark.encode()), gaps.names


def _put_together(texts: list[bytes], names: list[str], context: Context) -> bytes:
    pieces = [texts[0]]
    for name, text in zip(names, texts[1:], strict=True):
        pieces += FreshNode.by_name[name].nodelist.render(context).encode(), text
    return b"".join(pieces)


def render_page(request: HttpRequest, template_name: str, context: dict[str, Any]) -> HttpResponse:
    """Answer as django.shortcuts.render; of a page that is kept as ``whole_page`` its fresh stretches are rendered."""
    page: Any = get_template(template_name)
    part: CachedFragment | None = context["whole_page"]
    texts, names = (part.peek(_WHOLE) if part is not None else None) or ([], [])
    if not texts or not FreshNode.by_name.keys() >= set(names):
        return HttpResponse(page.render(context, request))
    full = RequestContext(request, context)
    with full.render_context.push_state(page.template), full.bind_template(page.template):
        return HttpResponse(_put_together(texts, names, full))
