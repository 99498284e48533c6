"""OpenAPI bodies of serverless APIs: the methods that events add, with their authorizers."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...model.guard import Guard
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Open, Openness, Value, choose, is_absent
from ..cloudformation.text import known_text
from .authorizers import http_schemes, method_security, rest_schemes
from .make import Content, fields, made
from .serverless import Serverless, mapping_of

_ANY: Final = "x-amazon-apigateway-any-method"
_INTEGRATION: Final = "x-amazon-apigateway-integration"


class Method(NamedTuple):
    """One method of an API that an event asks for."""

    path: Value
    verb: Value
    uri: Value
    timeout: Value
    auth: Value
    payload: Value
    span: Span
    guard: Guard
    type: str = "aws_proxy"
    credentials: Value = ABSENT


def _paths(
    methods: list[Method], is_http: bool, auth: Fields, present: Fields | None
) -> tuple[dict[str, dict[str, Value]], Openness]:
    """Return the operations of each path that events add, and whether some can't be placed."""
    paths: dict[str, dict[str, Value]] = {}
    openness: Openness = None
    for method in methods:
        path = known_text(method.path)
        verb = (known_text(method.verb) or "").lower()
        if is_absent(method.path) and is_http:
            path, verb = "$default", "any"
        if path is None or not verb:
            openness = Open("the path or method of a route can't be known", method.span)
            continue
        verb = _ANY if verb in ("any", _ANY) else verb
        if present is not None and _has_integration(present, path, verb):
            continue
        operation = _operation(method, is_http, auth)
        value = made(operation, method.span)
        before = paths.setdefault(path, {}).get(verb)
        if not method.guard.always or before is not None:
            value = choose([(method.guard, value), (~method.guard, ABSENT if before is None else before)], (method.span,))
        paths[path][verb] = value
    return paths, openness


def _has_integration(body: Fields, path: str, verb: str) -> bool:
    paths = mapping_of(body.get("paths"))
    operations = mapping_of(paths.get(path)) if paths is not None else None
    operation = mapping_of(operations.get(verb)) if operations is not None else None
    return operation is not None and _INTEGRATION in operation.values


def _operation(method: Method, is_http: bool, auth: Fields) -> dict[str, Content]:
    integration: dict[str, Content] = {
        "type": method.type,
        "credentials": method.credentials,
        "httpMethod": "POST",
        "uri": method.uri,
        "timeoutInMillis": method.timeout,
    }
    if is_http:
        integration["payloadFormatVersion"] = "2.0" if is_absent(method.payload) else method.payload
    operation: dict[str, Content] = {
        _INTEGRATION: integration,
        "security": method_security(auth, method.auth, method.span, is_http=is_http),
    }
    return operation


def rest_body(source: Serverless, methods: list[Method], auth: Fields, written: Value) -> Value:
    """Return the OpenAPI body of a REST API: what the user writes, with the methods of events, authorizers and CORS."""
    present = mapping_of(written)
    if present is None and not is_absent(written):
        return written
    paths, openness = _paths(methods, False, auth, None)
    span = source.span
    body: dict[str, Content] = {
        "paths": _path_fields(paths, present, openness, span),
        "x-amazon-apigateway-policy": auth.get("ResourcePolicy"),
    }
    if present is None:
        body["swagger"] = "2.0"
    return _finished(source, auth, present, fields(body, span), is_http=False)


def http_body(source: Serverless, methods: list[Method], auth: Fields, written: Value) -> Value:
    """Return the OpenAPI body of an HTTP API, likewise."""
    present = mapping_of(written)
    if present is None and not is_absent(written):
        return written
    paths, openness = _paths(methods, True, auth, present)
    span = source.span
    body: dict[str, Content] = {"paths": _path_fields(paths, present, openness, span)}
    if present is None:
        body["openapi"] = "3.0.1"
    return _finished(source, auth, present, fields(body, span), is_http=True)


def _finished(source: Serverless, auth: Fields, present: Fields | None, made_body: Fields, *, is_http: bool) -> Value:
    """Add what the API's own properties say about all its methods."""
    span = source.span
    values = {**(present.values if present is not None else {}), **made_body.values}
    keys = {**made_body.keys, **(present.keys if present is not None else {})}
    schemes = http_schemes(auth) if is_http else rest_schemes(auth)
    if schemes:
        if is_http or "openapi" in values:
            components = mapping_of(values.get("components", ABSENT)) or Fields({})
            joined = _joined(components.get("securitySchemes"), schemes, source.key("Auth"))
            inner = {**components.values, "securitySchemes": joined}
            values["components"] = Known(Fields(inner, components.keys, components.openness), (source.key("Auth"),))
        else:
            values["securityDefinitions"] = _joined(values.get("securityDefinitions", ABSENT), schemes, source.key("Auth"))
    default = method_security(auth, ABSENT, source.key("Auth"), is_http=is_http)
    has_cors = not is_http and not is_absent(source.get("Cors"))
    values["paths"] = _every_path(values["paths"], default, source.key("Cors") if has_cors else None, source.key("Auth"))
    return Known(Fields(values, keys, present.openness if present is not None else None), (span,))


def _joined(present: Value, content: dict[str, Content], span: Span) -> Value:
    """Return a mapping with more in it; what is there already stays."""
    before = mapping_of(present) or Fields({})
    added = fields(content, span)
    return Known(Fields({**added.values, **before.values}, {**added.keys, **before.keys}, before.openness), (span,))


def _every_path(paths: Value, security: Content, cors: Span | None, place: Span) -> Value:
    """Give every operation that says nothing of security the API's own, and every path its preflight operation."""
    listed = mapping_of(paths)
    if listed is None:
        return paths
    values: dict[str, Value] = {}
    for path, value in listed.values.items():
        operations = mapping_of(value)
        if operations is None:
            values[path] = value
            continue
        inner: dict[str, Value] = {}
        for verb, operation in operations.values.items():
            entry = mapping_of(operation)
            if (
                entry is not None
                and entry.openness is None
                and verb != "options"
                and _INTEGRATION in entry.values
                and "security" not in entry.values
            ):
                extra = fields({"security": security}, place)
                entry = Fields({**entry.values, **extra.values}, {**extra.keys, **entry.keys})
                inner[verb] = Known(entry, operation.trail)
            else:
                inner[verb] = operation
        if cors is not None and "options" not in inner:
            inner["options"] = made({_INTEGRATION: {"type": "mock"}}, cors)
        values[path] = Known(Fields(inner, operations.keys, operations.openness), value.trail)
    return Known(Fields(values, listed.keys, listed.openness), paths.trail)


def _path_fields(paths: dict[str, dict[str, Value]], present: Fields | None, openness: Openness, span: Span) -> Value:
    """Return the ``paths`` of a body: those that events add, beside those that the user writes."""
    written = mapping_of(present.get("paths")) if present is not None else None
    values: dict[str, Value] = dict(written.values) if written is not None else {}
    keys = dict(written.keys) if written is not None else {}
    for path, operations in paths.items():
        before = mapping_of(values[path]) if path in values else None
        inner = fields(operations, span)
        if before is not None:
            inner = Fields({**before.values, **inner.values}, {**inner.keys, **before.keys}, before.openness)
        values[path] = Known(inner, (inner.keys[next(iter(inner.keys))] if inner.keys else span,))
        keys.setdefault(path, span)
    if written is not None:
        openness = openness or written.openness
    elif present is not None and not is_absent(present.get("paths")):
        openness = openness or Open("the paths can't be known", span)
    return Known(Fields(values, keys, openness), (span,))
