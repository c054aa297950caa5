"""This installation as a witness for other logs: C2SP tlog-witness, for programs alone."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tracker.pledges.witness.followed_logs import (
    MAX_REQUEST_BYTES,
    WitnessRefusalError,
    cosign_checkpoint,
    cosigned_note,
    is_witness,
)
from tracker.web.rate_limiting import rate_limited

_TEXT = "text/plain; charset=utf-8"


@csrf_exempt  # nobody is signed in here: what counts is the signature of the log
@require_POST
@never_cache
@rate_limited("witness", plain=True)
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign the head of a log that is followed, where it goes on from the last one that was cosigned."""
    if not is_witness():
        return _not_a_witness()
    body = request.read(MAX_REQUEST_BYTES + 1)
    if len(body) > MAX_REQUEST_BYTES:
        return HttpResponse("The request is too large.\n", status=413, content_type=_TEXT)
    try:
        line = cosign_checkpoint(body)
    except WitnessRefusalError as error:
        kind = "text/x.tlog.size" if error.status == 409 else _TEXT
        return HttpResponse(f"{error}\n", status=error.status, content_type=kind)
    return HttpResponse(f"{line}\n", content_type=_TEXT)


@require_safe
@never_cache
def cosigned_checkpoint(request: HttpRequest, origin_hash: str) -> HttpResponse:
    """The last head of a log that was cosigned here, with both signatures."""
    if not is_witness():
        return _not_a_witness()
    note = cosigned_note(origin_hash)
    if note is None:
        return HttpResponse("No head of this log was cosigned here.\n", status=404, content_type=_TEXT)
    return HttpResponse(note, content_type=_TEXT)


def _not_a_witness() -> HttpResponse:
    words = "This site is not a witness: it cosigns no other record. Its operator can turn that on.\n"
    return HttpResponse(words, status=404, content_type=_TEXT)
