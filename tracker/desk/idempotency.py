"""A form that is sent twice has one effect: the key in it is kept with what it led to."""

import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tracker.desk.models import IdempotencyKey


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run a POST in one transaction and remember where it led, under the form's ``key``.

    Sent again, the same form is led there again and nothing else happens; another form under the same key gets 422.
    What did not lead anywhere (a form with errors) is not remembered, so that it can be corrected and sent. A form
    without a key, or with a malformed one, is taken as it is.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        key = _key(request)
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        digest = _digest(request)
        with transaction.atomic():
            remembered, created = IdempotencyKey.objects.get_or_create(
                key=key, defaults={"user": user, "digest": digest, "location": ""}
            )
            if not created:
                if remembered.user_id != user.pk or remembered.digest != digest:
                    return render(request, "desk/sent_before.html", status=422)
                return HttpResponseRedirect(remembered.location)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                remembered.location = response.url
                remembered.save(update_fields=["location"])
            else:
                remembered.delete()
            return response

    return wrapped


def new_form_key() -> str:
    """Return a key for a form that is being made."""
    return str(uuid.uuid4())


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _digest(request: HttpRequest) -> str:
    sent = [(name, values) for name, values in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken"]
    files: list[Any] = [(name, file.name, file.size) for name, file in request.FILES.items()]  # type: ignore[union-attr]
    return hashlib.sha256(repr((request.path, sent, files)).encode("utf-8", "surrogatepass")).hexdigest()
