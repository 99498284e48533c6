"""The authorizers of serverless APIs: as OpenAPI security schemes, on each method, and with their permissions."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Reference, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, arn, made, pseudo, text
from .serverless import Serverless, mapping_of

_EXTENSION: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"


def _authorizers(auth: Fields) -> list[tuple[str, Fields, Span | None]]:
    listed = mapping_of(auth.get("Authorizers"))
    if listed is None:
        return []
    found = ((name, mapping_of(value), listed.keys.get(name)) for name, value in listed.values.items())
    return [(name, entry, span) for name, entry, span in found if entry is not None]


def _uri(entry: Fields, span: Span) -> Value:
    return text(
        span,
        "arn:",
        pseudo("AWS::Partition"),
        ":apigateway:",
        pseudo("AWS::Region"),
        ":lambda:path/2015-03-31/functions/",
        entry.get("FunctionArn"),
        "/invocations",
    )


def _place(entry: Fields, span: Span | None) -> Span:
    return span or next(iter(entry.keys.values()))


def rest_schemes(auth: Fields) -> dict[str, Content]:
    """Return the security definitions of a REST API."""
    schemes: dict[str, Content] = {}
    for name, entry, key in _authorizers(auth):
        span = _place(entry, key)
        scheme: dict[str, Content] = {"type": "apiKey", "name": "Authorization", "in": "header"}
        pools = entry.get("UserPoolArn")
        if not is_absent(pools):
            scheme[_AUTH_TYPE] = "cognito_user_pools"
            listed = isinstance(pools, Known) and isinstance(pools.value, Items)
            scheme[_EXTENSION] = {"type": "cognito_user_pools", "providerARNs": pools if listed else [pools]}
        else:
            scheme[_AUTH_TYPE] = "custom"
            scheme[_EXTENSION] = {
                "type": (known_text(entry.get("FunctionPayloadType")) or "TOKEN").lower(),
                "authorizerUri": _uri(entry, span),
                "authorizerCredentials": entry.get("FunctionInvokeRole"),
            }
        schemes[name] = made(scheme, span)
    if known_text(auth.get("DefaultAuthorizer")) == "AWS_IAM":
        schemes["AWS_IAM"] = {"type": "apiKey", "name": "Authorization", "in": "header", _AUTH_TYPE: "awsSigv4"}
    if known_text(auth.get("ApiKeyRequired")) == "true":
        schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    return schemes


def http_schemes(auth: Fields) -> dict[str, Content]:
    """Return the security schemes of an HTTP API."""
    schemes: dict[str, Content] = {}
    for name, entry, key in _authorizers(auth):
        span = _place(entry, key)
        if "FunctionArn" in entry.values:
            schemes[name] = made(
                {
                    "type": "apiKey",
                    "name": "Unused",
                    "in": "header",
                    _EXTENSION: {
                        "type": "request",
                        "authorizerUri": _uri(entry, span),
                        "authorizerCredentialsArn": entry.get("FunctionInvokeRole"),
                        "authorizerPayloadFormatVersion": entry.get("AuthorizerPayloadFormatVersion"),
                        "enableSimpleResponses": entry.get("EnableSimpleResponses"),
                    },
                },
                span,
            )
        else:
            extension: Content = {
                "type": "jwt",
                "jwtConfiguration": entry.get("JwtConfiguration"),
                "identitySource": entry.get("IdentitySource"),
            }
            schemes[name] = made({"type": "oauth2", _EXTENSION: extension}, span)
    if known_text(auth.get("EnableIamAuthorizer")) == "true":
        schemes["AWS_IAM"] = {"type": "apiKey", "name": "Authorization", "in": "header", _AUTH_TYPE: "awsSigv4"}
    return schemes


def method_security(auth: Fields, event_auth: Value, span: Span, *, is_http: bool) -> Content:
    """Return the ``security`` of a method: its own authorizer, or the API's default one; absent where it has none."""
    own = mapping_of(event_auth)
    if own is None and not is_absent(event_auth):
        return event_auth
    entry = own or Fields({})
    named = entry.get("Authorizer")
    chosen = auth.get("DefaultAuthorizer") if is_absent(named) else named
    name = known_text(chosen)
    security: dict[str, Content] = {}
    if name is not None:
        security[name] = []
    elif not is_absent(chosen):
        return chosen  # which authorizer guards the method can't be known
    key = entry.get("ApiKeyRequired")
    required = auth.get("ApiKeyRequired") if is_absent(key) else key
    if not is_http and known_text(required) == "true":
        security["api_key"] = []
    return [made({label: scopes}, span) for label, scopes in security.items()] if security else ABSENT


def add_authorizer_permissions(source: Serverless, auth: Fields, partition: Content, *, by_default: bool) -> None:
    """Let the API call its Lambda authorizers, where the transform does."""
    for name, entry, key in _authorizers(auth):
        if "FunctionArn" not in entry.values:
            continue
        wanted = known_text(entry.get("EnableFunctionDefaultPermissions")) == "true"
        refused = known_text(entry.get("DisableFunctionDefaultPermissions")) == "true"
        if refused or not (by_default or wanted):
            continue
        span = _place(entry, key)
        source.add(
            f"{source.name}{name}AuthorizerPermission",
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": entry.get("FunctionArn"),
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": arn(span, "execute-api", Reference(source.name, "Ref"), "/authorizers/*", partition=partition),
            },
            span,
        )
