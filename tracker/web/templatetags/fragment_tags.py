"""The template tag that keeps a part of a page rendered."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
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
