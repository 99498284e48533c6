"""Cross-origin requests of serverless APIs: preflight operations of REST APIs, and the configuration of HTTP APIs."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, fields, made
from .serverless import mapping_of, wanted

_METHODS: Final = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
_ANY: Final = "x-amazon-apigateway-any-method"
_HEADER: Final = "method.response.header.Access-Control-Allow-"
_MAX_AGE: Final = "method.response.header.Access-Control-Max-Age"
_HTTP: Final = {
    "AllowOrigins": "allowOrigins",
    "AllowHeaders": "allowHeaders",
    "AllowMethods": "allowMethods",
    "ExposeHeaders": "exposeHeaders",
    "MaxAge": "maxAge",
    "AllowCredentials": "allowCredentials",
}


def preflight(operations: Fields, cors: Value, span: Span) -> Fields:
    """Return the operations of a path with one that answers preflight requests, where they have none."""
    if "options" in operations.values:
        return operations
    settings = mapping_of(cors) or Fields({"AllowOrigin": cors})
    methods = settings.get("AllowMethods")
    origin = settings.get("AllowOrigin")
    parameters: dict[str, Content] = {
        f"{_HEADER}Origin": "'*'" if is_absent(origin) else origin,
        f"{_HEADER}Headers": settings.get("AllowHeaders"),
        f"{_HEADER}Methods": f"'{_allowed(operations)}'" if is_absent(methods) else methods,
        _MAX_AGE: settings.get("MaxAge"),
        f"{_HEADER}Credentials": "'true'" if wanted(settings.get("AllowCredentials")) else ABSENT,
    }
    integration: Content = {
        "type": "mock",
        "requestTemplates": {"application/json": '{\n  "statusCode" : 200\n}\n'},
        "responses": {
            "default": {
                "statusCode": "200",
                "responseParameters": parameters,
                "responseTemplates": {"application/json": "{}\n"},
            }
        },
    }
    answer = made({"x-amazon-apigateway-integration": integration, "summary": "CORS support"}, span)
    return Fields({**operations.values, "options": answer}, {"options": span, **operations.keys}, operations.openness)


def _allowed(operations: Fields) -> str:
    """Return the methods that a path answers, as the preflight operation says them."""
    verbs = [verb.upper() for verb in operations.values]
    if _ANY in operations.values:
        return ",".join(sorted(_METHODS))
    return ",".join(sorted({*verbs, "OPTIONS"}))


def http_cors(cors: Value, written: Value, span: Span) -> Value:
    """Return the configuration of an HTTP API; ``true`` allows every origin. What it says goes before what the body says."""
    settings = mapping_of(cors)
    if settings is None:
        if not wanted(cors):
            return written if known_text(cors) is not None else cors
        content: dict[str, Content] = {"allowOrigins": ["*"]}
    else:
        content = {ours: settings.get(theirs) for theirs, ours in _HTTP.items()}
        content = {
            name: value for name, value in content.items() if not (isinstance(value, Known) and value.value == Items(()))
        }
    before = mapping_of(written) or Fields({})
    added = fields(content, span)
    return Known(Fields({**before.values, **added.values}, {**added.keys, **before.keys}, before.openness), (span,))
