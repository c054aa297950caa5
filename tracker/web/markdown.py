"""Editors' explanations as HTML: CommonMark without HTML in it, then sanitised again."""

import re
from functools import cache
from typing import TYPE_CHECKING

import nh3
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MAX_CHARS = 20_000
"""Characters: sanitisers take the square of the nesting, so the length is capped before (an explanation's limit)."""

_DEEPEST = 20
_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "br", "h3", "h4", "h5", "h6"}


@cache
def _parser() -> "MarkdownIt":
    """Return the parser, made when words are first to be read: a worker starts without it."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).disable("image")
    # Without a scheme an address is of whatever page the words are on: of a feed, a letter, another site.
    parser.validateLink = re.compile(r"(https?|mailto):", re.IGNORECASE).match  # type: ignore[method-assign,assignment]
    return parser


def escape_markdown(words: str) -> str:
    """Return words that a text in Markdown shows as they are: no sign in them makes emphasis, a link or code."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", words)


def markdown_to_html(text: str) -> SafeString:
    """Return a text in Markdown as safe HTML: emphasis, lists, quotations, links to http, https and mailto.

    HTML in it is shown as it was typed, images are not taken; headings start at the third level, because pages have
    the two above. What is too long is shown as plain text.
    """
    if len(text) > MAX_CHARS:
        return SafeString(f"<p>{nh3.clean_text(text)}</p>")
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noreferrer nofollow",
    )
    return SafeString(clean)
