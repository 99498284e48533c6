"""OpenAPI bodies of serverless APIs: the methods that events add, with who may call them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from ...model.guard import NEVER, Guard
from ...model.span import Span
from ...model.value import ABSENT, Fields, Item, Items, Known, Leaf, Open, Openness, Value, branches, choose, is_absent
from ..cloudformation.text import known_text
from .authorizers import http_schemes, rest_schemes
from .cors import http_cors, preflight
from .make import Content, fields, made, text
from .resource_policy import ResourcePolicy
from .security import AWS_IAM, Guards
from .serverless import Serverless, each, mapping_of, wanted

ANY: Final = "x-amazon-apigateway-any-method"
DEFAULT_PATH: Final = "$default"
_INTEGRATION: Final = "x-amazon-apigateway-integration"
_VALIDATOR: Final = "x-amazon-apigateway-request-validator"
_ENDPOINT: Final = "x-amazon-apigateway-endpoint-configuration"
_NOT_VERBS: Final = ("parameters", "summary", "description", "servers", "$ref")


class Method(NamedTuple):
    """One method of an API that an event asks for. ``stage`` is what the event's resource policy is limited to."""

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
    streams: bool = False
    stage: Content = ""
    template: Value = ABSENT
    settings: Value = ABSENT
    model: Value = ABSENT


class _Paths(NamedTuple):
    """The operations that events add to each path, and whether some can't be placed."""

    operations: dict[str, dict[str, Value]]
    guards: dict[str, Guard]
    openness: Openness


def rest_body(
    source: Serverless, methods: list[Method], overrides: list[Method], auth: Fields, written: Value, stage: Value
) -> Value:
    """Return the OpenAPI body of a REST API: what the user writes, with the methods of events, authorizers and CORS.

    ``overrides`` are methods that may say of a written operation only who may call it.
    """
    present = mapping_of(written)
    if present is None and not is_absent(written):
        return written
    span = source.span
    guards = Guards(auth, is_http=False)
    policy = ResourcePolicy(source.key("Auth"))
    added = _added(source, methods, guards, None, policy)
    paths = _joined_paths(added, present, span)
    if present is not None:
        paths = _overridden(paths, overrides, guards)
    cors = source.get("Cors")
    if not is_absent(cors):
        paths = _each_path(paths, lambda _, operations: preflight(operations, cors, source.key("Cors")))
    paths = _guarded(paths, guards, source.key("Auth"))
    own = mapping_of(auth.get("ResourcePolicy"))
    listed = mapping_of(paths)
    if own is not None and listed is not None:
        for path, operations in listed.values.items():
            for _, leaf in branches(operations):
                entry = mapping_of(leaf)
                if entry is not None:
                    policy.add(own, path, entry.values, stage)
        policy.add_custom(own)
    values = _values(present, paths)
    version = known_text(source.get("OpenApiVersion"))
    if present is None or (version is not None and "swagger" in values):
        values.pop("swagger", None)
        values["openapi" if version else "swagger"] = Known(version or "2.0", (span,))
    if policy.document is not None:
        values["x-amazon-apigateway-policy"] = policy.document
    schemes = rest_schemes(source, guards)
    if schemes:
        before = values.get("securityDefinitions", ABSENT)
        if "swagger" in values:
            values["securityDefinitions"] = _joined(before, schemes, source.key("Auth"))
        else:
            values.pop("securityDefinitions", None)
            values["components"] = _components(values, _joined(before, schemes, source.key("Auth")), source.key("Auth"))
    media = source.get("BinaryMediaTypes")
    if not is_absent(media):
        values["x-amazon-apigateway-binary-media-types"] = _media_types(media)
    _close_endpoint(source, values, as_server="swagger" not in values)
    return _finished(values, present, span)


def http_body(source: Serverless, methods: list[Method], auth: Fields, written: Value) -> Value:
    """Return the OpenAPI body of an HTTP API, likewise."""
    present = mapping_of(written)
    if present is None and not is_absent(written):
        return written
    span = source.span
    guards = Guards(auth, is_http=True)
    paths = _joined_paths(_added(source, methods, guards, present, None), present, span)
    paths = _guarded(paths, guards, source.key("Auth"))
    values = _values(present, paths)
    if present is None:
        values["openapi"] = Known("3.0.1", (span,))
    schemes = http_schemes(source, guards)
    if schemes:
        components = mapping_of(values.get("components", ABSENT)) or Fields({})
        joined = _joined(components.get("securitySchemes"), schemes, source.key("Auth"))
        values["components"] = _components(values, joined, source.key("Auth"))
    cors = source.get("CorsConfiguration")
    if not is_absent(cors):
        merged = http_cors(cors, values.get("x-amazon-apigateway-cors", ABSENT), source.key("CorsConfiguration"))
        values["x-amazon-apigateway-cors"] = merged
    _close_endpoint(source, values, as_server=True)
    return _finished(values, present, span)


def _added(
    source: Serverless, methods: list[Method], guards: Guards, present: Fields | None, policy: ResourcePolicy | None
) -> _Paths:
    paths: dict[str, dict[str, Value]] = {}
    conditions: dict[str, Guard] = {}
    verbs: dict[str, list[str]] = {}
    openness: Openness = None
    for method in methods:
        place = _place(method, guards)
        if place is not None:
            verbs.setdefault(place[0], []).append(place[1])
    for method in methods:
        place = _place(method, guards)
        if place is None:
            openness = Open("the path or method of a route can't be known", method.span)
            continue
        path, verb = place
        is_default = place == (DEFAULT_PATH, ANY)
        if guards.is_http and path == DEFAULT_PATH and wanted(source.get("FailOnWarnings")):
            path = f"/{DEFAULT_PATH}"
        if present is not None and _has_integration(present, path, verb):
            continue
        value = made(_operation(source, method, guards, is_default=is_default), method.span)
        before = paths.setdefault(path, {}).get(verb)
        if not method.guard.always or before is not None:
            value = choose([(method.guard, value), (~method.guard, ABSENT if before is None else before)], (method.span,))
        paths[path][verb] = value
        conditions[path] = conditions.get(path, NEVER) | method.guard
        own = mapping_of(method.auth)
        limits = mapping_of(own.get("ResourcePolicy")) if own is not None else None
        if policy is not None and limits is not None:
            policy.add(limits, path, verbs[path], method.stage)
            policy.add_custom(limits)
    return _Paths(paths, conditions, openness)


def _place(method: Method, guards: Guards) -> tuple[str, str] | None:
    """Return the path and verb of a method, None where they can't be known; one that names neither is the default."""
    path = known_text(method.path)
    verb = (known_text(method.verb) or "").lower()
    if guards.is_http and is_absent(method.verb):
        path, verb = (DEFAULT_PATH if is_absent(method.path) else path), "any"
    return None if path is None or not verb else (path, ANY if verb in ("any", ANY) else verb)


def _has_integration(body: Fields, path: str, verb: str) -> bool:
    paths = mapping_of(body.get("paths"))
    operations = mapping_of(paths.get(path)) if paths is not None else None
    operation = mapping_of(operations.get(verb)) if operations is not None else None
    return operation is not None and _INTEGRATION in operation.values


def _operation(source: Serverless, method: Method, guards: Guards, *, is_default: bool) -> dict[str, Content]:
    integration: dict[str, Content] = {
        "type": method.type,
        "credentials": method.credentials,
        "httpMethod": "POST",
        "uri": method.uri,
        "timeoutInMillis": method.timeout,
        "requestTemplates": ABSENT if is_absent(method.template) else {"application/json": method.template},
    }
    if guards.is_http:
        integration["payloadFormatVersion"] = "2.0" if is_absent(method.payload) else method.payload
    elif method.type == "aws_proxy":
        integration["credentials"] = _caller(source, method.auth, guards)
        integration["responseTransferMode"] = "STREAM" if method.streams else ABSENT
    operation: dict[str, Content] = {
        _INTEGRATION: integration,
        "security": guards.of_event(method.auth, method.span),
        _VALIDATOR: _validator(method),
    }
    if is_default and guards.is_http:
        operation["isDefaultRoute"] = True
    return operation


def _validator(method: Method) -> Content:
    """Return the name of the validator that an event with a model of its requests asks for."""
    model = mapping_of(method.model)
    if model is None:
        return method.model if not is_absent(method.model) else ABSENT
    body, parameters = wanted(model.get("ValidateBody")), wanted(model.get("ValidateParameters"))
    return {(True, True): "full", (True, False): "body-only", (False, True): "params-only"}.get((body, parameters), ABSENT)


def _caller(source: Serverless, event_auth: Value, guards: Guards) -> Value:
    """Return the role that API Gateway calls the function with: where IAM guards the method, by default the caller's."""
    own = mapping_of(event_auth) or Fields({})
    named = known_text(own.get("Authorizer"))
    if named != AWS_IAM and not (guards.default_name == AWS_IAM and not own.values):
        return ABSENT
    for auth in (own, guards.auth):
        role = auth.get("InvokeRole")
        if is_absent(role) and "InvokeRole" in auth.values:
            return ABSENT
        if not is_absent(role):
            word = known_text(role)
            if word == "NONE":
                return ABSENT
            if word != "CALLER_CREDENTIALS":
                return role
            break
    return text(source.key("Auth"), f"arn:{source.partition}:iam::*:user/*")


def _guarded(paths: Value, guards: Guards, place: Span) -> Value:
    """Give every operation that has an integration what the API's ``Auth`` says of all."""

    def operations(_: str, listed: Fields) -> Fields:
        values: dict[str, Value] = {}
        for verb, operation in listed.values.items():
            values[verb] = operation if verb in _NOT_VERBS else each(operation, partial(secured, verb))
        return Fields(values, listed.keys, listed.openness)

    def secured(verb: str, operation: Fields, _: Span) -> Fields:
        if _INTEGRATION not in operation.values or operation.openness is not None:
            return operation
        written = operation.get("security")
        security = guards.of_operation(verb.lower(), written, place)
        if security is written:
            return operation
        extra = fields({"security": security}, place)
        return Fields({**operation.values, **extra.values}, {**extra.keys, **operation.keys}, operation.openness)

    return _each_path(paths, operations)


def _each_path(paths: Value, change: Callable[[str, Fields], Fields]) -> Value:
    """Return the paths with the operations of each changed, in every branch."""
    listed = mapping_of(paths)
    if listed is None:
        return paths

    def changed(path: str, leaf: Leaf) -> Value:
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            return Known(change(path, leaf.value), leaf.trail, leaf.provenance)
        return leaf

    values = {
        path: choose([(guard, changed(path, leaf)) for guard, leaf in branches(value)], value.trail)
        for path, value in listed.values.items()
    }
    return Known(Fields(values, listed.keys, listed.openness), paths.trail)


def _joined_paths(added: _Paths, present: Fields | None, span: Span) -> Value:
    """Return the ``paths`` of a body: those that events add, beside those that the user writes."""
    written = mapping_of(present.get("paths")) if present is not None else None
    values: dict[str, Value] = dict(written.values) if written is not None else {}
    keys = dict(written.keys) if written is not None else {}
    for path, operations in added.operations.items():
        before = mapping_of(values[path]) if path in values else None
        inner = fields(operations, span)
        if before is not None:
            kept = {verb: _over(before.get(verb), operation) for verb, operation in inner.values.items()}
            inner = Fields({**before.values, **kept}, {**inner.keys, **before.keys}, before.openness)
        value: Value = Known(inner, (inner.keys[next(iter(inner.keys))] if inner.keys else span,))
        guard = added.guards[path]
        if present is None and not guard.always:
            value = choose([(guard, value), (~guard, ABSENT)], value.trail)
        values[path] = value
        keys.setdefault(path, span)
    openness = added.openness
    if written is not None:
        openness = openness or written.openness
    elif present is not None and not is_absent(present.get("paths")):
        openness = openness or Open("the paths can't be known", span)
    return Known(Fields(values, keys, openness), (span,))


def _over(written: Value, added: Value) -> Value:
    """Return an operation that the user writes with what an event adds to it."""
    before, after = mapping_of(written), mapping_of(added)
    if before is None or after is None:
        return added
    return Known(Fields({**before.values, **after.values}, {**after.keys, **before.keys}, before.openness), added.trail)


def _values(present: Fields | None, paths: Value) -> dict[str, Value]:
    """Return the parts of a body with its paths, where it has any."""
    if present is None:
        return {"paths": paths}
    listed = mapping_of(paths)
    has_paths = "paths" in present.values or listed is None or bool(listed.values)
    return {**present.values, "paths": paths} if has_paths else dict(present.values)


def _finished(values: dict[str, Value], present: Fields | None, span: Span) -> Value:
    keys = {name: value.trail[0] if value.trail else span for name, value in values.items()}
    if present is not None:
        keys |= present.keys
    return Known(Fields(values, keys, present.openness if present is not None else None), (span,))


def _components(values: dict[str, Value], schemes: Value, span: Span) -> Value:
    components = mapping_of(values.get("components", ABSENT)) or Fields({})
    inner = {**components.values, "securitySchemes": schemes}
    return Known(Fields(inner, {"securitySchemes": span, **components.keys}, components.openness), (span,))


def _joined(present: Value, content: dict[str, Content], span: Span) -> Value:
    """Return a mapping with more in it; what is added goes before what is there."""
    before = mapping_of(present) or Fields({})
    added = fields(content, span)
    return Known(Fields({**before.values, **added.values}, {**added.keys, **before.keys}, before.openness), (span,))


def _media_types(media: Value) -> Value:
    """Return media types as OpenAPI writes them; as a property they have ``~1`` for each slash."""
    if not (isinstance(media, Known) and isinstance(media.value, Items)):
        return media
    items = media.value.items
    changed = tuple(Item(_unescaped(item.value), item.guard) for item in items)
    return Known(Items(changed, media.value.openness), media.trail)


def _unescaped(value: Value) -> Value:
    written = known_text(value)
    if written is None or not isinstance(value, Known):
        return value
    return Known(written.replace("~1", "/"), value.trail, value.provenance)


def _overridden(paths: Value, overrides: list[Method], guards: Guards) -> Value:
    """Let events say who may call operations that the user writes, where they ask for it (``OverrideApiAuth``)."""
    wished: dict[tuple[str, str], Method] = {}
    for method in overrides:
        own = mapping_of(method.auth)
        place = _place(method, guards)
        if place is not None and own is not None and wanted(own.get("OverrideApiAuth")):
            wished[place] = method

    def operations(path: str, listed: Fields) -> Fields:
        values = dict(listed.values)
        for verb, operation in listed.values.items():
            method = wished.get((path, verb.lower()))
            entry = mapping_of(operation)
            if method is not None and entry is not None:
                extra = fields({"security": guards.of_event(method.auth, method.span)}, method.span)
                inner = Fields({**entry.values, **extra.values}, {**entry.keys, **extra.keys}, entry.openness)
                values[verb] = Known(inner, operation.trail)
        return Fields(values, listed.keys, listed.openness)

    return _each_path(paths, operations) if wished else paths


def _close_endpoint(source: Serverless, values: dict[str, Value], *, as_server: bool) -> None:
    """Write ``DisableExecuteApiEndpoint`` into the body: SAM always has one, and the API's own property needs none."""
    closed = source.get("DisableExecuteApiEndpoint")
    if is_absent(closed):
        return
    span = source.key("DisableExecuteApiEndpoint")
    configuration: Content = {"disableExecuteApiEndpoint": closed}
    if as_server:
        values["servers"] = made([{_ENDPOINT: configuration}], span)
    else:
        values[_ENDPOINT] = made(configuration, span)
