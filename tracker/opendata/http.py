"""How every answer of the open data leaves: with an entity tag, for all origins, and from any byte on."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from tracker.pledges.derived.data_versions import entity_tag
from tracker.web.export_files import FilePieces
from tracker.web.page_cache import versions_for

_PLAIN = "text/plain; charset=utf-8"
View = Callable[..., HttpResponseBase]


def open_data(view: View) -> View:
    """Let anybody's page read an answer (CORS), and let who has it already be told so (ETag, If-None-Match: 304).

    The tag is made of the data version, today's date and the address, so an answer may be kept as long as it
    is asked for again each time. HEAD answers as GET does, OPTIONS what may be asked.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _open(HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"}))
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        etag = entity_tag(request.get_full_path(), number=sum(versions_for(request).values()))
        response: Any = get_conditional_response(request, etag=etag)
        if response is None:
            if request.method == "HEAD":
                request.method = "GET"
            request.etag = etag  # type: ignore[attr-defined]
            try:
                response = view(request, *args, **kwargs)
            except Http404:  # for programs, and readable from every origin
                response = HttpResponse("There is no page at this address.\n", status=404, content_type=_PLAIN)
        if response.status_code in (200, 206, 304):
            response["ETag"] = etag
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, public=True, no_cache=True)
        return _open(response)

    return wrapped


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Accept-Datetime, If-None-Match, If-Range, Range"
    response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Range, Content-Disposition, X-Notice"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def stream(
    request: HttpRequest, make: Callable[[], Iterator[bytes]], *, content_type: str, name: str
) -> HttpResponseBase:
    """Answer with a file that is made while it is sent; a download that broke off is taken up where it did.

    ``make`` makes it. ``Range: bytes=N-`` with ``If-Range`` of the same entity tag gives what comes from byte N on
    (206, RFC 9110): the same rows are made again, once to know their length and once to send them without the first
    N bytes. Nothing is ever held whole.
    """
    start = _start(request)
    if not start:
        response = StreamingHttpResponse(make(), content_type=content_type)
    else:
        length = sum(map(len, make()))
        if start >= length:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
        response = StreamingHttpResponse(_skip(make(), start), content_type=content_type, status=206)
        response["Content-Range"] = f"bytes {start}-{length - 1}/{length}"
        response["Content-Length"] = str(length - start)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Accept-Ranges"] = "bytes"
    return response


def send_file(request: HttpRequest, path: Path, *, content_type: str, name: str) -> HttpResponseBase:
    """Answer with a kept file, the same way: whole, or from any byte on."""
    start, length = _start(request), path.stat().st_size
    if start >= length > 0:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
    pieces = FilePieces(path, start)
    response = StreamingHttpResponse(pieces, content_type=content_type, status=206 if start else 200)
    if start:
        response["Content-Range"] = f"bytes {start}-{length - 1}/{length}"
    response["Content-Length"] = str(length - start)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Accept-Ranges"] = "bytes"
    return response


def _start(request: HttpRequest) -> int:
    """Return the byte at which to start: 0 if the whole is asked for, or the client began another version of it."""
    match = re.fullmatch(r"bytes=([0-9]{1,15})-", request.headers.get("Range", "").strip())
    if not match or request.headers.get("If-Range", "") != getattr(request, "etag", None):
        return 0
    return int(match[1])


def _skip(pieces: Iterator[bytes], number: int) -> Iterator[bytes]:
    for piece in pieces:
        if number < len(piece):
            yield piece[number:]
            number = 0
        else:
            number -= len(piece)
