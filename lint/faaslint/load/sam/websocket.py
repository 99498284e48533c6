"""AWS::Serverless::WebSocketApi: the API with its routes, integrations, permissions, authorizer and stage."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Open, Reference, Value, is_absent
from ..cloudformation.text import known_text
from .gateway import Gateways, literal
from .make import Content, text
from .serverless import Serverless, mapping_of, wanted

DEFAULT_STAGE: Final = "default"
_SAME: Final = (
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
)
_STAGE: Final = ("StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")
_ROUTE: Final = (
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
)


def websocket_stage(api: str, stage: Value) -> str:
    """Return the logical id of a WebSocket API's stage."""
    name = DEFAULT_STAGE if is_absent(stage) else literal(stage)
    return f"{api}DefaultStage" if name == DEFAULT_STAGE else f"{api}{name}Stage"


def transform_websocket_api(source: Serverless, gateways: Gateways) -> None:
    """Add everything that a WebSocket API becomes."""
    name = source.get("Name")
    properties: dict[str, Content] = {one: source.get(one) for one in _SAME}
    properties |= {
        "Name": source.name if is_absent(name) else name,
        "ProtocolType": "WEBSOCKET",
        "Tags": source.get("Tags"),
    }
    source.add(source.name, "AWS::ApiGatewayV2::Api", properties, is_own=True)
    stage = source.get("StageName")
    auth = mapping_of(source.get("Auth")) or Fields({})
    routes = mapping_of(source.get("Routes"))
    if routes is None or routes.openness is not None:
        # Routes, and the permissions to call what they name, may be missing.
        source.template.open_types = True
    added: list[str] = []
    for key, value in (routes or Fields({}, openness=Open("the routes can't be known"))).values.items():
        route = mapping_of(value)
        if route is None:
            source.template.open_types = True
            continue
        span = routes.keys.get(key, source.span) if routes is not None else source.span
        added.append(_add_route(source, key, route, stage, auth, span))
    address = websocket_stage(source.name, stage)
    source.add(
        address,
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": Reference(source.name, "Ref"),
            "StageName": DEFAULT_STAGE if is_absent(stage) else stage,
            "AutoDeploy": True,
            **{one: source.get(one) for one in _STAGE},
            "Tags": source.get("Tags") if wanted(source.get("PropagateTags")) else ABSENT,
        },
        depends_on=tuple(added) if not is_absent(source.get("RouteSettings")) else (),
    )
    _add_authorizer(source, auth, added)
    gateways.domains.add(source, address, is_http=True)


def _invocation(source: Serverless, span: Span, function: Value) -> Value:
    return source.invocation(span, function, source.pseudo("AWS::Partition"))


def _add_route(source: Serverless, key: str, route: Fields, stage: Value, auth: Fields, span: Span) -> str:
    base = source.name + key.removeprefix("$").capitalize()
    api = Reference(source.name, "Ref")
    function = route.get("FunctionArn")
    properties: dict[str, Content] = {
        "RouteKey": key,
        "ApiId": api,
        **{one: route.get(one) for one in _ROUTE},
        "Target": text(span, "integrations/", Reference(f"{base}Integration", "Ref")),
    }
    kind = auth.get("AuthType")
    if key == "$connect" and not is_absent(kind):
        properties["AuthorizationType"] = kind
        if known_text(kind) == "CUSTOM":
            properties["AuthorizerId"] = Reference(f"{source.name}ConnectAuthorizer", "Ref")
    source.add(f"{base}Route", "AWS::ApiGatewayV2::Route", properties, span)
    integration: dict[str, Content] = {
        "ApiId": api,
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": _invocation(source, span, function),
        "TimeoutInMillis": route.get("IntegrationTimeout"),
    }
    source.add(
        f"{base}Integration",
        "AWS::ApiGatewayV2::Integration",
        integration,
        span,
        spellings={"IntegrationUri": f"Routes.{key}.FunctionArn"},
    )
    named: Content = DEFAULT_STAGE if is_absent(stage) else stage
    place = (Reference(source.name, "ApiId"), "/", named, "/", key)
    permission: dict[str, Content] = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": function,
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": source.arn(span, "execute-api", *place, partition=source.pseudo("AWS::Partition")),
    }
    source.add(f"{base}Permission", "AWS::Lambda::Permission", permission, span)
    return f"{base}Route"


def _add_authorizer(source: Serverless, auth: Fields, routes: list[str]) -> None:
    """Add the authorizer of the route that connects, and the permission to call it unless a role calls it."""
    function = auth.get("AuthArn")
    if known_text(auth.get("AuthType")) != "CUSTOM" or is_absent(function) or f"{source.name}ConnectRoute" not in routes:
        return
    span = source.key("Auth")
    address = f"{source.name}ConnectAuthorizer"
    role, name = auth.get("InvokeRole"), auth.get("Name")
    source.add(
        address,
        "AWS::ApiGatewayV2::Authorizer",
        {
            "ApiId": Reference(source.name, "Ref"),
            "AuthorizerCredentialsArn": role,
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": _invocation(source, span, function),
            "IdentitySource": auth.get("IdentitySource"),
            "Name": address if is_absent(name) else name,
        },
        span,
        spellings={"AuthorizerUri": "Auth.AuthArn", "AuthorizerCredentialsArn": "Auth.InvokeRole"},
    )
    if not is_absent(role):
        return
    api = Known(Reference(source.name, "Ref"), (span,))
    partition = source.pseudo("AWS::Partition")
    properties: dict[str, Content] = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": function,
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": source.arn(span, "execute-api", api, "/authorizers/*", partition=partition),
    }
    source.add(f"{source.name}AuthorizerPermission", "AWS::Lambda::Permission", properties, span)
