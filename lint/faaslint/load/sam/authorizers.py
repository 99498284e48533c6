"""The authorizers of serverless APIs: as OpenAPI security schemes, and with their permissions."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Reference, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, made
from .security import AWS_IAM, Guards
from .serverless import Serverless, mapping_of, wanted

_EXTENSION: Final = "x-amazon-apigateway-authorizer"
_AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
_SOURCES: Final = {
    "Headers": ("method.request.header.", "$request.header."),
    "QueryStrings": ("method.request.querystring.", "$request.querystring."),
    "StageVariables": ("stageVariables.", "$stageVariables."),
    "Context": ("context.", "$context."),
}
"""How a REST and an HTTP API name what an authorizer looks at."""


def _authorizers(auth: Fields) -> list[tuple[str, Fields, Span | None]]:
    listed = mapping_of(auth.get("Authorizers"))
    if listed is None:
        return []
    found = ((name, mapping_of(value), listed.keys.get(name)) for name, value in listed.values.items())
    return [(name, entry, span) for name, entry, span in found if entry is not None]


def _place(entry: Fields, span: Span | None) -> Span:
    return span or next(iter(entry.keys.values()))


def rest_schemes(source: Serverless, guards: Guards) -> dict[str, Content]:
    """Return the security definitions of a REST API."""
    schemes: dict[str, Content] = {}
    for name, entry, key in _authorizers(guards.auth):
        span = _place(entry, key)
        identity = mapping_of(entry.get("Identity")) or Fields({})
        payload = known_text(entry.get("FunctionPayloadType")) or "TOKEN"
        pools = entry.get("UserPoolArn")
        header = identity.get("Header")
        named: Content = "Authorization" if is_absent(header) else header
        if not is_absent(pools):
            listed = isinstance(pools, Known) and isinstance(pools.value, Items)
            extension: dict[str, Content] = {
                "type": "cognito_user_pools",
                "providerARNs": pools if listed else [pools],
                "identityValidationExpression": identity.get("ValidationExpression"),
            }
        else:
            is_request = payload == "REQUEST"
            named = "Unused" if is_request else named
            extension = {
                "type": payload.lower(),
                "authorizerUri": source.invocation(span, entry.get("FunctionArn"), source.partition),
                "authorizerResultTtlInSeconds": identity.get("ReauthorizeEvery"),
                "authorizerCredentials": _role(entry),
                "identitySource": ", ".join(_looked_at(identity, 0)) or ABSENT if is_request else ABSENT,
                "identityValidationExpression": ABSENT if is_request else identity.get("ValidationExpression"),
            }
        kind = "custom" if is_absent(pools) else "cognito_user_pools"
        scheme: Content = {"type": "apiKey", "name": named, "in": "header", _AUTH_TYPE: kind, _EXTENSION: extension}
        schemes[name] = made(scheme, span)
    if guards.uses_iam:
        schemes[AWS_IAM] = {"type": "apiKey", "name": "Authorization", "in": "header", _AUTH_TYPE: "awsSigv4"}
    if guards.uses_key:
        schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    return schemes


def http_schemes(source: Serverless, guards: Guards) -> dict[str, Content]:
    """Return the security schemes of an HTTP API."""
    schemes: dict[str, Content] = {}
    for name, entry, key in _authorizers(guards.auth):
        span = _place(entry, key)
        if "FunctionArn" in entry.values:
            identity = mapping_of(entry.get("Identity"))
            extension: Content = {
                "type": "request",
                "authorizerUri": source.invocation(span, entry.get("FunctionArn"), source.partition),
                "authorizerCredentials": _role(entry),
                "authorizerResultTtlInSeconds": identity.get("ReauthorizeEvery") if identity is not None else ABSENT,
                "identitySource": list(_looked_at(identity, 1)) if identity is not None else ABSENT,
                "authorizerPayloadFormatVersion": entry.get("AuthorizerPayloadFormatVersion"),
                "enableSimpleResponses": True if wanted(entry.get("EnableSimpleResponses")) else ABSENT,
            }
            schemes[name] = made({"type": "apiKey", "name": "Unused", "in": "header", _EXTENSION: extension}, span)
        else:
            extension = {
                "type": "jwt",
                "jwtConfiguration": _lower(entry.get("JwtConfiguration"), span),
                "identitySource": entry.get("IdentitySource"),
            }
            schemes[name] = made({"type": "oauth2", _EXTENSION: extension}, span)
    if wanted(guards.auth.get("EnableIamAuthorizer")):
        schemes[AWS_IAM] = {"type": "apiKey", "name": "Authorization", "in": "header", _AUTH_TYPE: "awsSigv4"}
    return schemes


def _role(entry: Fields) -> Value:
    role = entry.get("FunctionInvokeRole")
    return ABSENT if known_text(role) == "NONE" else role


def _looked_at(identity: Fields, kind: int) -> list[str]:
    found: list[str] = []
    for name, prefixes in _SOURCES.items():
        value = identity.get(name)
        members = value.value.items if isinstance(value, Known) and isinstance(value.value, Items) else ()
        texts = (known_text(item.value) for item in members)
        found += [prefixes[kind] + text for text in texts if text is not None]
    return found


def _lower(value: Value, span: Span) -> Value:
    """Return a JWT configuration with its keys as OpenAPI spells them; templates may spell them as CloudFormation does."""
    entry = mapping_of(value)
    if entry is None:
        return value
    values = {name[:1].lower() + name[1:]: content for name, content in entry.values.items()}
    return Known(Fields(values, dict.fromkeys(values, span), entry.openness), value.trail)


def add_authorizer_permissions(source: Serverless, auth: Fields, partition: Content, *, by_default: bool) -> None:
    """Let the API call its Lambda authorizers, where the transform does."""
    for name, entry, key in _authorizers(auth):
        if "FunctionArn" not in entry.values:
            continue
        asked = wanted(entry.get("EnableFunctionDefaultPermissions"))
        refused = wanted(entry.get("DisableFunctionDefaultPermissions"))
        if refused or not (by_default or asked):
            continue
        span = _place(entry, key)
        api = Reference(source.name, "Ref")
        source.add(
            f"{source.name}{name}AuthorizerPermission",
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": entry.get("FunctionArn"),
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": source.arn(span, "execute-api", api, "/authorizers/*", partition=partition),
            },
            span,
        )
