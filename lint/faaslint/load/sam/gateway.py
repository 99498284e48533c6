"""AWS::Serverless::Api and HttpApi, and the implicit ones: the API with its OpenAPI body, stage and authorizers."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...model.guard import ALWAYS, Guard
from ...model.span import Span
from ...model.value import (
    ABSENT,
    Fields,
    Known,
    Open,
    Openness,
    Reference,
    Value,
    choose,
    is_absent,
)
from ..cloudformation.text import known_text
from .authorizers import add_authorizer_permissions, http_schemes, method_security, rest_schemes
from .make import Content, fields, made, pseudo
from .names import IMPLICIT_HTTP, IMPLICIT_REST
from .serverless import Serverless, mapping_of

_ANY: Final = "x-amazon-apigateway-any-method"

_REST_SAME: Final = (
    "Description",
    "EndpointConfiguration",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Mode",
    "FailOnWarnings",
    "DisableExecuteApiEndpoint",
    "ApiKeySourceType",
    "Policy",
)
_REST_STAGE: Final = {
    "CacheClusterEnabled": "CacheClusterEnabled",
    "CacheClusterSize": "CacheClusterSize",
    "Variables": "Variables",
    "MethodSettings": "MethodSettings",
    "AccessLogSetting": "AccessLogSetting",
    "CanarySetting": "CanarySetting",
    "TracingEnabled": "TracingEnabled",
}
_HTTP_SAME: Final = ("Description", "FailOnWarnings", "DisableExecuteApiEndpoint", "CorsConfiguration", "Name")
_HTTP_STAGE: Final = {
    "AccessLogSettings": "AccessLogSettings",
    "DefaultRouteSettings": "DefaultRouteSettings",
    "RouteSettings": "RouteSettings",
    "StageVariables": "StageVariables",
}


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


class Gateways:
    """The methods that events add to the APIs of a template."""

    def __init__(self, types: dict[str, str]) -> None:
        self._types = types
        self._methods: dict[str, list[Method]] = {}
        self._suffixes: dict[str, str] = {}
        self.implicit: dict[str, tuple[Span, Guard]] = {}

    def rest(self, value: Value, span: Span, guard: Guard = ALWAYS) -> Value:
        """Return the REST API that an event means: the implicit one where it names none."""
        return self._api(value, IMPLICIT_REST, span, guard)

    def http(self, value: Value, span: Span, guard: Guard = ALWAYS) -> Value:
        """Return the HTTP API that an event means: the implicit one where it names none."""
        return self._api(value, IMPLICIT_HTTP, span, guard)

    def _api(self, value: Value, implicit: str, span: Span, guard: Guard) -> Value:
        if not is_absent(value):
            text = known_text(value)
            # The name of an API of the template counts as a reference to it.
            return Known(Reference(text, "Ref"), value.trail) if text is not None and text in self._types else value
        before = self.implicit.get(implicit)
        self.implicit[implicit] = (span, guard) if before is None else (before[0], before[1] | guard)
        return Known(Reference(implicit, "Ref"), (span,))

    def add(self, api: str, method: Method) -> None:
        """Add a method to an API of the template."""
        self._methods.setdefault(api, []).append(method)

    def methods(self, api: str) -> list[Method]:
        """Return the methods that events add to an API."""
        return self._methods.get(api, [])

    def name_stage(self, api: str, stage: Value) -> None:
        """Remember an API's stage name, which goes into the names of permissions."""
        self._suffixes[api] = known_text(stage) or "Stage"

    def stage_suffix(self, api: Value) -> str:
        """Return what the name of a permission for an API ends with."""
        if isinstance(api, Known) and isinstance(api.value, Reference):
            suffix = self._suffixes.get(api.value.address, "Prod" if api.value.address == IMPLICIT_REST else "Stage")
            return suffix if suffix.isalnum() else "Stage"
        return "AllStages"


def transform_rest_api(source: Serverless, gateways: Gateways) -> None:
    """Add the REST API, its deployment and its stage."""
    auth = mapping_of(source.get("Auth")) or Fields({})
    body, spelling = _body(source)
    methods = gateways.methods(source.name)
    merges = known_text(source.get("MergeDefinitions")) == "true"
    if is_absent(body) or merges:
        body = _rest_body(source, methods, auth, mapping_of(body))
    properties: dict[str, Content] = {name: source.get(name) for name in _REST_SAME if name in source.properties.values}
    properties |= {"Name": source.get("Name"), "Body": body}
    own = source.name not in gateways.implicit
    api = source.add(
        source.name,
        "AWS::ApiGateway::RestApi",
        fields(properties, source.span, source.properties.openness),
        is_own=own,
        spellings={"Body": spelling},
    )
    api.properties = _with_keys(api.properties, source, {"Body": spelling})
    deployment = f"{source.name}Deployment"
    reference = Reference(source.name, "Ref")
    source.add(deployment, "AWS::ApiGateway::Deployment", {"RestApiId": reference}, source.span)
    stage = source.get("StageName") if own else Known("Prod", (source.span,))
    suffix = known_text(stage) or ""
    source.add(
        f"{source.name}{suffix if suffix.isalnum() else ''}Stage",
        "AWS::ApiGateway::Stage",
        {
            "DeploymentId": Reference(deployment, "Ref"),
            "RestApiId": reference,
            "StageName": stage,
            **{ours: source.get(theirs) for theirs, ours in _REST_STAGE.items()},
        },
        source.span,
    )
    add_authorizer_permissions(source, auth, "aws", by_default=True)


def transform_http_api(source: Serverless, gateways: Gateways) -> None:
    """Add the HTTP API and its stage."""
    auth = mapping_of(source.get("Auth")) or Fields({})
    body, spelling = _body(source)
    body = _http_body(source, gateways.methods(source.name), auth, body)
    properties: dict[str, Content] = {name: source.get(name) for name in _HTTP_SAME if name in source.properties.values}
    own = source.name not in gateways.implicit
    api = source.add(
        source.name,
        "AWS::ApiGatewayV2::Api",
        fields({**properties, "Body": body}, source.span, source.properties.openness),
        is_own=own,
        spellings={"Body": spelling},
    )
    api.properties = _with_keys(api.properties, source, {"Body": spelling})
    stage = source.get("StageName")
    source.add(
        f"{source.name}{known_text(stage) or 'ApiGatewayDefault'}Stage",
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": Reference(source.name, "Ref"),
            "StageName": "$default" if is_absent(stage) else stage,
            "AutoDeploy": True,
            **{ours: source.get(theirs) for theirs, ours in _HTTP_STAGE.items()},
        },
        source.span,
    )
    add_authorizer_permissions(source, auth, pseudo("AWS::Partition"), by_default=False)


def _with_keys(properties: Fields, source: Serverless, spellings: dict[str, str]) -> Fields:
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in properties.keys.items()}
    return Fields(properties.values, keys, properties.openness)


def _body(source: Serverless) -> tuple[Value, str]:
    """Return the API's definition as the user gives it, in the template or in a local file, and its property's name."""
    written = source.get("DefinitionBody")
    if not is_absent(written):
        return written, "DefinitionBody"
    place = source.get("DefinitionUri")
    if is_absent(place):
        return ABSENT, "DefinitionBody"
    template = source.template
    location = known_text(place)
    tree = template.include(location) if location is not None else None
    if tree is None:
        span = source.key("DefinitionUri")
        return Known(Fields({}, openness=Open("the definition is not on disk", span)), (span,)), "DefinitionUri"
    return template.evaluator.value(tree), "DefinitionUri"


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
    return operation is not None and "x-amazon-apigateway-integration" in operation.values


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
        "x-amazon-apigateway-integration": integration,
        "security": method_security(auth, method.auth, method.span, is_http=is_http),
    }
    return operation


def _rest_body(source: Serverless, methods: list[Method], auth: Fields, present: Fields | None) -> Value:
    paths, openness = _paths(methods, False, auth, None)
    span = source.span
    if not is_absent(source.get("Cors")):
        mock: Content = {"x-amazon-apigateway-integration": {"type": "mock"}}
        for operations in paths.values():
            operations.setdefault("options", made(mock, source.key("Cors")))
    schemes = rest_schemes(auth)
    policy = auth.get("ResourcePolicy")
    body: dict[str, Content] = {
        "swagger": "2.0",
        "paths": _path_fields(paths, present, openness, span),
        "securityDefinitions": schemes,
        "x-amazon-apigateway-policy": policy,
    }
    if present is not None:
        return Known(Fields({**present.values, **fields(body, span).values}, present.keys, present.openness), (span,))
    return made(body, span)


def _http_body(source: Serverless, methods: list[Method], auth: Fields, written: Value) -> Value:
    present = mapping_of(written)
    if present is None and not is_absent(written):
        return written
    paths, openness = _paths(methods, True, auth, present)
    span = source.span
    if present is not None and not paths:
        return written
    body: dict[str, Content] = {"paths": _path_fields(paths, present, openness, span)}
    if present is None:
        body["openapi"] = "3.0.1"
        body["components"] = {"securitySchemes": http_schemes(auth)}
        return made(body, span)
    return Known(Fields({**present.values, **fields(body, span).values}, present.keys, present.openness), written.trail)


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
