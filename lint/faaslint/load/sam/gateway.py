"""AWS::Serverless::Api and HttpApi, and the implicit ones: the API with its OpenAPI body, stage and authorizers."""

from __future__ import annotations

from typing import Final

from ...model.guard import ALWAYS, Guard
from ...model.span import Span
from ...model.value import (
    ABSENT,
    Fields,
    Known,
    Open,
    Provenance,
    Reference,
    Value,
    is_absent,
)
from ..cloudformation.text import known_text
from .authorizers import add_authorizer_permissions
from .make import Content, fields, pseudo
from .names import IMPLICIT_HTTP, IMPLICIT_REST
from .openapi import Method, http_body, rest_body
from .serverless import Serverless, mapping_of

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
        self._suffixes[api] = _literal(stage) or "Stage"

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
    body = rest_body(source, methods if is_absent(body) or merges else [], auth, body)
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
    suffix = _literal(stage)
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
    body = http_body(source, gateways.methods(source.name), auth, body)
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
    named = _literal(stage)
    source.add(
        f"{source.name}{'ApiGatewayDefault' if is_absent(stage) or named == '$default' else named}Stage",
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


def _literal(stage: Value) -> str:
    """Return a stage name that is written as it is: only such ones go into the names of other resources."""
    if isinstance(stage, Known) and stage.provenance is Provenance.LITERAL:
        return known_text(stage) or ""
    return ""


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
