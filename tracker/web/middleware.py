"""Which database a request asks, and what a reader sees when it cannot be reached."""

import logging
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from tracker.core.database_wait import is_outage, set_database_wait, took_too_long
from tracker.core.postgresql.replicas import WATCH, Replica, ask_replica
from tracker.pledges.derived.data_versions import data_version
from tracker.web.outage.unsent_words import came_from, has_secrets, is_from_this_site, typed_fields, unsent_context
from tracker.web.page_cache import versions_for
from tracker.web.page_kinds import StaticCopy

logger = logging.getLogger(__name__)


class UnavailableMiddleware:
    """Answer 503 with a page that needs no database, where a view met a database that is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("tracker.no_database"):  # known already: nobody waits for it again
            return unavailable_response(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost, locked, full or missing database into 503; leave every other error alone."""
        return answer_outage(request, exception)


def answer_outage(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """Return 503 where an error says that the database is away; None for every other error."""
    if not isinstance(exception, DatabaseError | InterfaceError):
        return None
    # Whatever it is, the primary may answer; but what took too long there would take as long here.
    if request.META.get("tracker.replica") and not took_too_long(exception):
        logger.warning("%s did not answer: %s", request.META["tracker.replica"], exception)
        request.META["tracker.replica_failed"] = True
        return HttpResponse(status=503)
    outage = is_outage(exception)
    # A standby says with an InternalError that nothing can be written to it.
    if not isinstance(exception, OperationalError | InterfaceError) and not (
        outage and isinstance(exception, InternalError)
    ):
        return None
    logger.error("The database did not answer: %s", exception)
    request.META["tracker.outage"] = outage
    return unavailable_response(request)


def unavailable_response(request: HttpRequest) -> HttpResponse:
    """Answer 503 without the database; people who sent a form of this site get their words, and a way to send them."""
    context = {"no_database": True}
    template = "503.html"
    if request.method == "POST" and _has_words_to_give_back(request):
        is_known = settings.CSRF_COOKIE_NAME in request.COOKIES  # a guest form needs no token, and sets no cookie
        back = came_from(request, otherwise=request.path)
        context |= unsent_context(request) | {"outage": True, "is_known": is_known, "back": back}
        template = "unsent_form.html"
    response = render(request, template, context, status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


def _has_words_to_give_back(request: HttpRequest) -> bool:
    if request.headers.get("HX-Request") or not is_from_this_site(request):
        return False
    try:
        return bool(typed_fields(request)) and not has_secrets(request)
    except OSError:  # the rest of the form never came
        return False


class ReplicaMiddleware:
    """Send readers who are not signed in to a replica (settings leave this out where there is none).

    The version of the data is read first, and the page from the same connection. Where the replica does not have
    what somebody has been shown already, or fails, the primary answers; so does it for everybody else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        WATCH.start(data_version)
        replica = WATCH.choose() if _is_for_any_reader(request) else None
        if replica is not None:
            response = self._read_from(replica, request)
            if response is not None:
                return response
            request = WSGIRequest(request.environ)  # type: ignore[attr-defined]  # nothing of what was read stays
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            _note_what_was_written()
        elif hasattr(request, "table_versions"):
            WATCH.note_version(sum(request.table_versions.values()))
        return response

    def _read_from(self, replica: Replica, request: HttpRequest) -> HttpResponseBase | None:
        """Return the answer of a replica; None where the primary has to answer."""
        request.META["tracker.replica"] = replica  # what is made behind a reader is read there too
        response = self._answer_of(replica, request)
        if response is None:
            del request.META["tracker.replica"]
        elif response.streaming:
            response.streaming_content = _ReplicaStream(response._iterator, replica)  # type: ignore[attr-defined]
        return response

    def _answer_of(self, replica: Replica, request: HttpRequest) -> HttpResponseBase | None:
        try:
            with ask_replica(replica):
                set_database_wait(settings.READER_WAIT)
                version = sum(versions_for(request).values())
                if WATCH.is_behind(version):
                    return None
                WATCH.note_version(version)
                response = self.get_response(request)
        except DatabaseError as error:
            WATCH.leave_out(replica, f"it does not respond: {type(error).__name__}")
            return None
        if request.META.pop("tracker.replica_failed", False):
            WATCH.leave_out(replica, "it failed a page")
            return None
        return response


class _ReplicaStream:
    """The pieces of a streamed answer, each read where the first was."""

    def __init__(self, pieces: Iterator[bytes], replica: Replica) -> None:
        self.pieces, self.replica = pieces, replica

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with ask_replica(self.replica, goes_on=True):
            return next(self.pieces)


def _is_for_any_reader(request: HttpRequest) -> bool:
    """Return whether an answer is the same for everybody and writes nothing.

    Pages with a key from an email, forms, accounts, the desk and health checks are the primary's. So is the last head
    that a witness cosigned: it never goes back, and the version of the data does not tell whether a replica has it.
    """
    if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES or settings.DEBUG:
        return False
    if StaticCopy.of(request):
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return match.app_name in ("public", "opendata") and match.url_name not in ("report", "reported", "witness-log")


def _note_what_was_written() -> None:
    """Let nobody be shown less than what a form may just have changed. One query."""
    try:
        WATCH.note_version(data_version())
    except DatabaseError:
        logger.warning("What was written could not be compared with the replicas: the primary does not respond.")
