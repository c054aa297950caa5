"""Links that open a page at the quoted words: WICG URL Fragment Text Directives.

https://wicg.github.io/scroll-to-text-fragment/. A convenience only: browsers decide whether and how
they follow it. The proof is the stored passage.
"""

from urllib.parse import quote

_MAX_WHOLE_CHARS = 120
_EDGE_WORDS = 6


def text_fragment_url(url: str, exact: str) -> str:
    """Return the address with a text directive for the words; an empty string where there is no address.

    Short quotations are named whole, longer ones by their first and last six words.
    """
    if not url:
        return ""
    words = exact.split()
    if not words:
        return url
    if len(exact) <= _MAX_WHOLE_CHARS or len(words) <= 2 * _EDGE_WORDS:
        directive = _encoded(" ".join(words))
    else:
        directive = f"{_encoded(' '.join(words[:_EDGE_WORDS]))},{_encoded(' '.join(words[-_EDGE_WORDS:]))}"
    separator = ":~:" if "#" in url else "#:~:"
    return f"{url}{separator}text={directive}"


def _encoded(words: str) -> str:
    # "-" and "," are part of the directive's syntax and must be escaped within the words.
    return quote(words, safe="").replace("-", "%2D")
