"""Addresses of the API's operations, from /api/v1/ on: a URLconf of its own (api_views.operation)."""

from typing import Any

from tracker.opendata.api.endpoints import api
from tracker.opendata.http import open_data
from tracker.web.rate_limiting import rate_limited

_all: list[Any] = api.urls[0]
urlpatterns = [pattern for pattern in _all if pattern.name != "api-root"]
for _pattern in urlpatterns:  # entity tags, HEAD and CORS, as every other answer of the open data
    _pattern.callback = open_data(rate_limited("api", plain=True)(_pattern.callback))
