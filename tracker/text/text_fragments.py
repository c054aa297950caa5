"""Links that open a page at the quoted words: WICG URL Fragment Text Directives.

https://wicg.github.io/scroll-to-text-fragment/. A convenience only: browsers decide whether and how they follow it.
The proof is the stored passage. How the directives are made: text_directives.py.
"""

from bisect import bisect_right
from collections.abc import Sequence

from tracker.text.text_directives import text_directives


def text_fragment_url(
    url: str,
    exact: str,
    *,
    prefix: str = "",
    suffix: str = "",
    text: str = "",
    start: int | None = None,
    end: int | None = None,
    pages: Sequence[int] = (),
) -> str:
    """Return the address with text directives for the words; an empty string where there is no address.

    With ``text``, ``start`` and ``end`` (characters; the words are ``text[start:end]``) the directives lead to this
    place and to no other with the same words. Without, ``prefix`` and ``suffix`` have to do. ``pages`` are the starts
    of the pages of a PDF, in characters.
    """
    if not text or start is None or end is None:
        text, start, end, pages = f"{prefix}{exact}{suffix}", len(prefix), len(prefix) + len(exact), ()
    directive = fragment_directive(text, start, end, pages=pages)
    return with_fragment(url, directive)


def fragment_directive(text: str, start: int, end: int, *, pages: Sequence[int] = ()) -> str:
    """Return what is after the ``#`` of a link to ``text[start:end]``, the page of a PDF before the words; empty
    where no words can be named."""
    directives = "&".join(text_directives(text, start, end, pages=pages))
    page = f"page={bisect_right(pages, start) or 1}" if pages else ""
    return f"{page}:~:{directives}" if directives else page


def with_fragment(url: str, fragment: str) -> str:
    """Return an address with a fragment from ``fragment_directive``; the fragment that it has stays where it can."""
    if not url or not fragment:
        return url
    address, _, own = url.partition("#")
    own = "" if fragment.startswith("page=") else own.partition(":~:")[0]
    return f"{address}#{own}{fragment}"
