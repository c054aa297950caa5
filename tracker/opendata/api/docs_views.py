"""The API's own pages: its OpenAPI document, that document for people to read, and the way to its operations.

The API is imported when it is first asked for: it takes a quarter of the time in which a worker starts.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from tracker.opendata.http import open_data


@open_data
@require_safe
def openapi_document(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI 3.1 document."""
    from tracker.opendata.api.endpoints import openapi

    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt  # nobody is signed in here, and what is no read is refused
def api_operation(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Pass the request on to the API, which is loaded at the first call; 404 as problem details."""
    try:
        view, args, kwargs = resolve(f"/{rest}", "tracker.opendata.api.urls")
    except Resolver404:
        return _nothing(request)
    answer: HttpResponseBase = view(request, *args, **kwargs)
    return answer


@open_data
@require_safe
def _nothing(request: HttpRequest) -> HttpResponseBase:
    """What is at no address of the API: problem details, as every error of it."""
    from tracker.opendata.api.endpoints import problem

    return problem(request, 404, "There is no page at this address.")


@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as a page: each operation, its parameters and what comes back."""
    from tracker.opendata.api.endpoints import openapi

    document = openapi()
    schemas = document["components"]["schemas"]
    operations = [
        _operation(path, operation) for path, methods in document["paths"].items() for operation in methods.values()
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in operations:
        groups.setdefault(operation["tag"], []).append(operation)
    return render(
        request, "opendata/api.html", {"info": document["info"], "groups": groups, "schemas": _shapes(schemas)}
    )


def _operation(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    answer = next(iter(operation["responses"]["200"]["content"].values()))["schema"]
    return {
        "path": path,
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "summary": operation["summary"],
        "gives": answer.get("$ref", "").rsplit("/", 1)[-1],
        "parameters": [_parameter(parameter) for parameter in operation.get("parameters", [])],
        "try": path if "{" not in path else "",
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "meaning": parameter.get("description") or schema.get("description", ""),
        "words": [word for word in schema.get("enum", []) if word],
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
        "default": schema.get("default"),
    }


def _shapes(schemas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "meaning": schema.get("description", ""),
            "fields": [
                {"name": field, "type": _type(described), "meaning": described.get("description", "")}
                for field, described in schema.get("properties", {}).items()
            ],
        }
        for name, schema in schemas.items()
        if not name.endswith(("Question", "Paged", "Day", "Since"))
    ]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "any"))
