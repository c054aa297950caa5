"""Content codings of pages that are the same for everybody (RFC 9110, sections 8.4 and 12.5.3).

Compressed is only what may be kept for every reader (page_cache.py). Where a page has a secret of a person in it, its
length in a coding could tell the secret to who gets words of theirs into the same page (BREACH, CVE-2013-3587): such a
page is not kept, and so never compressed.
"""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import brotli

KeptPage = tuple[bytes, list[tuple[str, str]]]
"""An answer as it is kept: its content, and the names and values of its header fields."""

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    # Higher levels take twice as long for one part in a hundred.
    "br": lambda content: bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=5)),
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
}
"""By coding, the one that is preferred first: of the same time brotli makes a page a tenth smaller than gzip."""
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: bytes(brotli.decompress(content)),
    "gzip": gzip.decompress,
}

_MAX_HEADER_CHARS = 256
_MEMBER = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(?:;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")
_ALIASES = {"x-gzip": "gzip"}
_COMPRESSIBLE = re.compile(
    r"text/|application/(?:[a-z.-]+\+)?(?:json|xml|javascript)\b|application/link-format|image/svg\+xml"
)
_CODED_FIELDS = ("content-encoding", "content-length", "etag")


@lru_cache(maxsize=256)
def choose_coding(accepted: str) -> str:
    """Return the coding that an Accept-Encoding header likes best: br or gzip; "" for none.

    Of equal weights br is taken. A header that allows neither of the two nor an answer without a coding
    (``identity;q=0``) is disregarded, as RFC 9110 allows, rather than answered with an error.
    """
    weights: dict[str, float] = {}
    if len(accepted) <= _MAX_HEADER_CHARS:
        for member in accepted.lower().split(","):
            if parts := _MEMBER.fullmatch(member.strip(" \t")):
                weights[_ALIASES.get(parts[1], parts[1])] = float(parts[2] or 1)
    others = weights.get("*", 0.0)
    best = max(ENCODERS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def is_compressible(content_type: str) -> bool:
    """Return whether an answer of a media type is text; pictures and archives are compressed as they are."""
    return _COMPRESSIBLE.match(content_type) is not None


def encode_page(page: KeptPage, coding: str) -> KeptPage:
    """Return a page in a coding. Its entity tag is a weak one: the same tag names all codings of one content.

    A weak tag is enough for If-None-Match, and no range of bytes is ever put together across codings (If-Range).
    """
    content, fields = page
    packed = ENCODERS[coding](content)
    etag = next((value for name, value in fields if name.lower() == "etag"), "")
    coded = [("Content-Encoding", coding), ("Content-Length", str(len(packed)))]
    coded += [("ETag", weak_tag(etag))] if etag else []
    return packed, [(name, value) for name, value in fields if name.lower() not in _CODED_FIELDS] + coded


def decode_page(page: KeptPage) -> KeptPage:
    """Return the plain page of one in a coding."""
    content, fields = page
    coding = dict(fields)["Content-Encoding"]
    plain = [(name, value) for name, value in fields if name.lower() not in ("content-encoding", "content-length")]
    return _DECODERS[coding](content), plain


def weak_tag(etag: str) -> str:
    """Return the weak form of an entity tag."""
    return etag if etag.startswith("W/") else f"W/{etag}"
