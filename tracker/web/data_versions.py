"""The data versions that one request goes by."""

from django.http import HttpRequest

from tracker.pledges.derived.data_versions import table_versions


def versions_for(request: HttpRequest) -> dict[str, int]:
    """Return the versions of all tables by name, read once in a request so that all parts of an answer agree."""
    if not hasattr(request, "editions"):
        request.editions = table_versions()  # type: ignore[attr-defined]
    numbers: dict[str, int] = request.editions  # type: ignore[attr-defined]
    return numbers
