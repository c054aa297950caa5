"""The record as a transparency log: C2SP tlog-tiles, with a proof of each entry and of the record's growth."""

import gzip
import json
import logging
import struct
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tracker.pledges.record import tree
from tracker.pledges.record.proofs import entry_proof, growth_proof, signed_head
from tracker.pledges.witness.cosignatures import cosigned_size
from tracker.web.page_kinds import asked_once
from tracker.web.rate_limiting import rate_limited

TILE_NUMBER = r"(?P<number>(?:x[0-9]{3}/){0,3}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
"""The number of a tile, and of a partial one its width, as tlog-tiles writes them: x001/067, x001/067.p/8."""
_BYTES = "application/octet-stream"

logger = logging.getLogger(__name__)


def _refuse_broken_tree(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 503 where the tree is not the one over the record: no proof, and no head is signed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except tree.TreeError as error:
            logger.error("%s", error)
            return HttpResponse(
                "The log of this record is damaged: until its operator has rebuilt it, nothing of it can be proved.\n",
                status=503,
                content_type="text/plain; charset=utf-8",
            )

    return answer


@require_safe
@_refuse_broken_tree
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed root of the tree over all entries, with the cosignatures that it has by now."""
    return _head(tree.tree_size())


@require_safe
@_refuse_broken_tree
def cosigned(request: HttpRequest) -> HttpResponse:
    """The last signed root that a witness cosigned."""
    size = cosigned_size(first=1, last=tree.tree_size())
    if size is None:
        raise Http404
    return _head(size)


def _head(size: int) -> HttpResponse:
    return HttpResponse(signed_head(size, tree.tree_root(size)), content_type="text/plain; charset=utf-8")


@require_safe
def tile(request: HttpRequest, level: str, number: str, width: str | None = None) -> HttpResponse:
    """Hashes of the tree, side by side."""
    hashes = tree.read_tile(int(level), _read_number(number), _read_width(width))
    if hashes is None:
        raise Http404
    return HttpResponse(hashes, content_type=_BYTES)


@require_safe
def leaves(request: HttpRequest, number: str, width: str | None = None) -> HttpResponse:
    """The leaves of a tile of level 0, each after its length in two bytes: an entry bundle."""
    bundle = tree.read_leaves(_read_number(number), _read_width(width))
    if bundle is None:
        raise Http404
    pieces = (struct.pack(">H", len(leaf)) + leaf for leaf in bundle)
    return HttpResponse(b"".join(pieces), content_type=_BYTES)


@require_safe
@rate_limited("search", plain=True)
@_refuse_broken_tree
def proof(request: HttpRequest, position: int) -> HttpResponse:
    """One entry with the proof that the record has it, as a file to read."""
    return _attachment(_proof_file(position), f"entry-{position}-proof.json", "application/json")


@require_safe
@rate_limited("search", plain=True)
@_refuse_broken_tree
def packed_proof(request: HttpRequest, position: int) -> HttpResponse:
    """The same file, half as long, to keep: an entry has the words of all passages that it cites."""
    packed = gzip.compress(_proof_file(position), mtime=0)
    return _attachment(packed, f"entry-{position}-proof.json.gz", "application/gzip")


def _proof_file(position: int) -> bytes:
    content = entry_proof(position)
    if content is None:
        raise Http404
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition}
    return asked_once(HttpResponse(content, content_type=content_type, headers=headers))


@require_safe
@rate_limited("search", plain=True)
@_refuse_broken_tree
def growth(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """The proof that the record of one size begins with that of another."""
    content = growth_proof(old, new)
    if content is None:
        raise Http404
    return asked_once(JsonResponse(content))


def _read_number(number: str) -> int:
    """Raises Http404 where the number has elements that it does not need."""
    if number.startswith("x000"):
        raise Http404
    return int(number.replace("x", "").replace("/", ""))


def _read_width(width: str | None) -> int:
    if width is None:
        return tree.TILE_WIDTH
    if int(width) >= tree.TILE_WIDTH:
        raise Http404
    return int(width)
