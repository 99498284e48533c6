"""AWS::Serverless::Api and HttpApi, and the implicit ones: the API with its OpenAPI body, stage and authorizers."""

from __future__ import annotations

from typing import Final

from ...model.guard import ALWAYS, Guard
from ...model.span import Span
from ...model.value import (
    ABSENT,
    Fields,
    Known,
    Leaf,
    Open,
    Pattern,
    Provenance,
    Reference,
    Value,
    branches,
    choose,
    is_absent,
)
from ..cloudformation.text import known_text
from .authorizers import add_authorizer_permissions
from .domains import Domains
from .make import Content, fields, made
from .names import IMPLICIT_HTTP, IMPLICIT_REST, hashed
from .openapi import ANY, DEFAULT_PATH, Method, http_body, rest_body
from .serverless import Serverless, mapping_of, spread_tags, stored, tag_list, wanted
from .usage_plan import UsagePlans

DEFAULT_STAGE: Final = "$default"
_REST_SAME: Final = (
    "Name",
    "Description",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Mode",
    "FailOnWarnings",
    "ApiKeySourceType",
    "Policy",
    "SecurityPolicy",
    "EndpointAccessMode",
)
_REST_STAGE: Final = (
    "CacheClusterEnabled",
    "CacheClusterSize",
    "Variables",
    "MethodSettings",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
)
_HTTP_STAGE: Final = ("AccessLogSettings", "DefaultRouteSettings", "StageVariables")


class Gateways:
    """The methods that events add to the APIs of a template."""

    def __init__(self, types: dict[str, str]) -> None:
        self._types = types
        self._methods: dict[str, list[Method]] = {}
        self._suffixes: dict[str, str] = {}
        self.implicit: dict[str, tuple[Span, Guard]] = {}
        self.tags: dict[str, dict[str, Value]] = {}
        """The tags that an implicit API gets of the resources that it is there for."""
        self.domains = Domains()
        self.plans = UsagePlans()

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

    def share_tags(self, source: Serverless, named: Value, implicit: str) -> None:
        """Give an implicit API the tags of what it is there for, where ``PropagateTags`` asks for it."""
        tags = mapping_of(source.get("Tags"))
        if is_absent(named) and tags is not None and wanted(source.get("PropagateTags")):
            self.tags.setdefault(implicit, {}).update(tags.values)

    def add(self, api: str, method: Method) -> None:
        """Add a method to an API of the template."""
        self._methods.setdefault(api, []).append(method)

    def methods(self, api: str) -> list[Method]:
        """Return the methods that events add to an API."""
        return self._methods.get(api, [])

    def name_stage(self, api: str, stage: Value) -> None:
        """Remember an API's stage name, which goes into the names of permissions."""
        self._suffixes[api] = literal(stage) or "Stage"

    def stage_suffix(self, api: Value) -> str:
        """Return what the name of a permission for an API ends with."""
        if isinstance(api, Known) and isinstance(api.value, Reference):
            return self._suffixes.get(api.value.address, "Prod" if api.value.address == IMPLICIT_REST else "Stage")
        return "AllStages"

    def is_default(self, api: Value, function: Reference) -> bool:
        """Return whether the default route of an HTTP API calls a function, so that it may call it on every route."""
        if not (isinstance(api, Known) and isinstance(api.value, Reference)):
            return False
        for method in self.methods(api.value.address):
            path = known_text(method.path)
            parts = method.uri.value.parts if isinstance(method.uri, Known) and isinstance(method.uri.value, Pattern) else ()
            if (path == DEFAULT_PATH or (path is None and is_absent(method.path))) and function in parts:
                return True
        return False


def transform_rest_api(source: Serverless, gateways: Gateways) -> None:
    """Add the REST API, its deployment, stage, domain and usage plan."""
    auth = mapping_of(source.get("Auth")) or Fields({})
    written = source.get("DefinitionBody")
    stage = source.get("StageName")
    own = source.name not in gateways.implicit
    if not own and is_absent(stage):
        stage = Known("Prod", (source.span,))
    methods = gateways.methods(source.name)
    merges = wanted(source.get("MergeDefinitions"))
    properties: dict[str, Content] = {name: source.get(name) for name in _REST_SAME}
    properties["FailOnWarnings"] = _unless_off(source.get("FailOnWarnings"))
    spelling = "DefinitionBody"
    location = source.get("DefinitionUri")
    if is_absent(written) and not is_absent(location):
        spelling = "DefinitionUri"
        written = _from_file(source)
    if is_absent(written) and spelling == "DefinitionUri":
        properties |= _elsewhere(source, location)
    else:
        used = methods if is_absent(written) or merges else []
        properties["Body"] = rest_body(source, used, methods, auth, written, stage)
    properties |= _endpoint(source.get("EndpointConfiguration"), source.key("EndpointConfiguration"))
    _add_api(source, "AWS::ApiGateway::RestApi", properties, spelling, is_own=own)
    deployment = f"{source.name}Deployment"
    reference = Reference(source.name, "Ref")
    # Without an OpenAPI version the transform asks for a stage called "Stage" besides the one that is wanted.
    extra = "Stage" if is_absent(source.get("OpenApiVersion")) else ABSENT
    source.add(deployment, "AWS::ApiGateway::Deployment", {"RestApiId": reference, "StageName": extra}, source.span)
    address = stage_address(source.name, stage)
    source.add(
        address,
        "AWS::ApiGateway::Stage",
        {
            "DeploymentId": Reference(deployment, "Ref"),
            "RestApiId": reference,
            "StageName": stage,
            **{name: source.get(name) for name in _REST_STAGE},
            "Tags": tag_list(source.get("Tags")),
        },
        source.span,
    )
    add_authorizer_permissions(source, auth, source.partition, by_default=True)
    gateways.domains.add(source, address, is_http=False)
    gateways.plans.add(source, auth, address)
    spread_tags(source)


def transform_http_api(source: Serverless, gateways: Gateways) -> None:
    """Add the HTTP API, its stage and domain."""
    auth = mapping_of(source.get("Auth")) or Fields({})
    written = source.get("DefinitionBody")
    properties: dict[str, Content] = {"FailOnWarnings": _unless_off(source.get("FailOnWarnings"))}
    spelling = "DefinitionBody"
    location = source.get("DefinitionUri")
    if is_absent(written) and not is_absent(location):
        spelling = "DefinitionUri"
        written = _from_file(source)
    if is_absent(written) and spelling == "DefinitionUri":
        properties |= _elsewhere(source, location)
    else:
        properties["Body"] = http_body(source, gateways.methods(source.name), auth, written)
    _add_api(source, "AWS::ApiGatewayV2::Api", properties, spelling, is_own=source.name not in gateways.implicit)
    stage = source.get("StageName")
    address = stage_address(source.name, Known(DEFAULT_STAGE) if is_absent(stage) else stage)
    source.add(
        address,
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": Reference(source.name, "Ref"),
            "StageName": DEFAULT_STAGE if is_absent(stage) else stage,
            "AutoDeploy": True,
            **{name: source.get(name) for name in _HTTP_STAGE},
            "RouteSettings": _route_settings(source.get("RouteSettings"), gateways.methods(source.name), source.span),
            "Tags": source.get("Tags"),
        },
        source.span,
    )
    add_authorizer_permissions(source, auth, source.pseudo("AWS::Partition"), by_default=False)
    gateways.domains.add(source, address, is_http=True)


def _route_settings(written: Value, methods: list[Method], span: Span) -> Value:
    """Return the settings of routes: the API's own, and over them those that events have for theirs."""
    before = mapping_of(written)
    own = [method for method in methods if not is_absent(method.settings)]
    if not own or (before is None and not is_absent(written)):
        return written
    values = dict(before.values) if before is not None else {}
    keys = dict(before.keys) if before is not None else {}
    for method in own:
        path, verb = known_text(method.path) or DEFAULT_PATH, (known_text(method.verb) or ANY).upper()
        route = path if verb == ANY.upper() else f"{verb} {path}"
        listed, added = mapping_of(values.get(route, ABSENT)), mapping_of(method.settings)
        if listed is not None and added is not None:
            values[route] = Known(Fields({**listed.values, **added.values}, {**listed.keys, **added.keys}), (method.span,))
        else:
            values[route] = method.settings
        keys[route] = method.span
    return Known(Fields(values, keys, before.openness if before is not None else None), (span,))


def _add_api(source: Serverless, kind: str, properties: dict[str, Content], spelling: str, *, is_own: bool) -> None:
    spellings = {"Body": spelling, "BodyS3Location": spelling}
    content = fields(properties, source.span, source.properties.openness)
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in content.keys.items()}
    source.add(source.name, kind, Fields(content.values, keys, content.openness), is_own=is_own, spellings=spellings)


def _endpoint(value: Value, span: Span) -> dict[str, Content]:
    """Return the kind of endpoint, which SAM takes as a word or as a mapping."""
    if is_absent(value):
        return {}

    def kind(leaf: Leaf) -> Content:
        entry = mapping_of(leaf)
        return leaf if entry is None or is_absent(entry.get("Type")) else entry.get("Type")

    def whole(leaf: Leaf) -> Value:
        if is_absent(leaf):
            return leaf
        entry = mapping_of(leaf) or Fields({})
        networks = entry.get("VPCEndpointIds")
        content: Content = {
            "Types": [kind(leaf)],
            "VpcEndpointIds": entry.get("VpcEndpointIds") if is_absent(networks) else networks,
            "IpAddressType": entry.get("IpAddressType"),
        }
        return made(content, span)

    def parameters(leaf: Leaf) -> Value:
        return leaf if is_absent(leaf) else made({"endpointConfigurationTypes": kind(leaf)}, span)

    return {
        "EndpointConfiguration": choose([(guard, whole(leaf)) for guard, leaf in branches(value)], value.trail),
        "Parameters": choose([(guard, parameters(leaf)) for guard, leaf in branches(value)], value.trail),
    }


def stage_address(api: str, stage: Value) -> str:
    """Return the logical id of an API's stage."""
    name = literal(stage)
    if name == DEFAULT_STAGE:
        return f"{api}ApiGatewayDefaultStage"
    return f"{api}{name}Stage" if name.isalnum() else hashed(f"{api}Stage", name)


def literal(stage: Value) -> str:
    """Return a stage name that is written as it is: only such ones go into the names of other resources."""
    if isinstance(stage, Known) and stage.provenance is Provenance.LITERAL:
        return known_text(stage) or ""
    return ""


def _elsewhere(source: Serverless, location: Value) -> dict[str, Content]:
    """Return the place of a definition that is not on disk, and a body of which nothing is known."""
    span = source.key("DefinitionUri")
    unread = Known(Fields({}, openness=Open("the definition is not on disk", span)), (span,))
    return {"BodyS3Location": stored(location, ("Bucket", "Key", "Version")), "Body": unread}


def _unless_off(value: Value) -> Value:
    """The transform leaves out a switch that is off."""
    return ABSENT if (known_text(value) or "").lower() == "false" else value


def _from_file(source: Serverless) -> Value:
    """Return an API's definition out of a local file; absent where it is not on disk."""
    location = known_text(source.get("DefinitionUri"))
    tree = source.template.include(location) if location is not None else None
    return ABSENT if tree is None else source.template.evaluator.value(tree)
