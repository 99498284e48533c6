"""What an OpenAPI body asks of those who call: its security schemes, its authorizers, and what each operation requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ...model.guard import Guard
from ...model.nodes import Api, Authorizer
from ...model.read import elements, entry, openness, text_of
from ...model.value import (
    CLOSED,
    Fields,
    Known,
    Leaf,
    Provenance,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    innermost,
    is_absent,
)
from ..graph import Graph

AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
AUTH_TYPE: Final = "x-amazon-apigateway-authtype"
NONE: Final = "NONE"
_KINDS: Final = {
    "awssigv4": "AWS_IAM",
    "cognito_user_pools": "COGNITO_USER_POOLS",
    "custom": "CUSTOM",
    "token": "CUSTOM",
    "request": "CUSTOM",
    "jwt": "JWT",
}
_KEY: Final = "key"


class Scheme(NamedTuple):
    """A security scheme: ``kind`` as API Gateway calls the authorization (``key`` for an API key, empty if not known)."""

    kind: str
    authorizer: Value


class Protection(NamedTuple):
    """What an operation requires, in the words of Route's attributes."""

    authorization: Value
    authorizer: Value
    api_key_required: Value


def add_schemes(graph: Graph, api: Api, body: Value, guard: Guard) -> Mapping[str, Scheme]:
    """Add a node for each Lambda authorizer of a body, and return the body's schemes by name."""
    found: dict[str, Scheme] = {}
    for listed in (entry(entry(body, "components"), "securitySchemes"), entry(body, "securityDefinitions")):
        for inner, leaf in branches(listed):
            if not (isinstance(leaf, Known) and isinstance(leaf.value, Fields)):
                continue
            for name, scheme in leaf.value.values.items():
                authorizer = _authorizer(graph, api, name, scheme, guard & inner)
                found[name] = Scheme(_kind(scheme), authorizer)
    return found


def _kind(scheme: Value) -> str:
    extension = entry(scheme, AUTHORIZER)
    for value in (entry(scheme, AUTH_TYPE), entry(extension, "type")):
        text = text_of(value) if isinstance(value, Known) else None
        if text is not None:
            return _KINDS.get(text.lower(), "")
    kind, name = entry(scheme, "type"), entry(scheme, "name")
    if isinstance(kind, Known) and text_of(kind) == "apiKey":
        header = text_of(name) if isinstance(name, Known) else None
        return _KEY if header is not None and header.lower() == "x-api-key" else ""
    return ""


def _authorizer(graph: Graph, api: Api, name: str, scheme: Value, guard: Guard) -> Value:
    extension = entry(scheme, AUTHORIZER)
    if isinstance(extension, Unknown) or is_absent(extension):
        return Known(None)
    uri = entry(extension, "authorizerUri")
    node = graph.add(
        Authorizer(
            id=f"{api.id}/authorizer {name}",
            name=f"{api.name} {name}",
            type=api.type,
            span=innermost(uri) or innermost(extension) or api.span,
            guard=guard,
            origin=api.origin,
            spellings={"uri": "authorizerUri", "credentials": "authorizerCredentials"},
            api=Known(Reference(api.id, "id")),
            uri=uri,
            credentials=entry(extension, "authorizerCredentials"),
            authorizer_type=choose(((inner, _upper(leaf)) for inner, leaf in branches(entry(extension, "type")))),
            payload_format=entry(extension, "authorizerPayloadFormatVersion"),
            simple_responses=entry(extension, "enableSimpleResponses"),
            cache_seconds=entry(extension, "authorizerResultTtlInSeconds"),
            identity=entry(extension, "identitySource"),
            providers=entry(extension, "providerARNs"),
        )
    )
    return Known(Reference(node.id, "id"))


def _upper(leaf: Leaf) -> Leaf:
    text = text_of(leaf)
    return Known(text.upper(), leaf.trail) if text is not None else leaf


def protection_of(body: Value, operation: Value, schemes: Mapping[str, Scheme]) -> Protection:
    """Return what an operation requires: by its own word, else by the body's."""
    security = entry(operation, "security")
    if is_absent(security):
        security = entry(body, "security")
    cases = [(guard, _protection(leaf, schemes)) for guard, leaf in branches(security)]
    authorization, authorizer, key = (choose((guard, one[index]) for guard, one in cases) for index in range(3))
    return Protection(authorization, authorizer, key)


def _protection(security: Leaf, schemes: Mapping[str, Scheme]) -> Protection:
    if isinstance(security, Unknown):
        return Protection(security, security, security)
    absent = Known(None)
    if security.value is None:
        unset = Known(NONE, (), Provenance.SERVICE)
        return Protection(unset, absent, Known(False, (), Provenance.SERVICE))
    names = list(_names(security))
    if openness(security) is not CLOSED or any(name is None for name in names):
        unknown = Unknown("what the operation requires can't be known in full", trail=security.trail)
        return Protection(unknown, unknown, unknown)
    used = [schemes.get(name, Scheme("", absent)) for name in names if name is not None and name != NONE]
    wanted = [one for one in used if one.kind != _KEY]
    key = Known(any(one.kind == _KEY for one in used), security.trail)
    if not wanted:
        return Protection(Known(NONE, security.trail), absent, key)
    if not wanted[0].kind:
        return Protection(
            Unknown("a security scheme that is not known here", trail=security.trail), wanted[0].authorizer, key
        )
    return Protection(Known(wanted[0].kind, security.trail), wanted[0].authorizer, key)


def _names(security: Known) -> Iterator[str | None]:
    """Yield the scheme of each requirement, None where it can't be known."""
    for _, requirement in elements(security):
        if isinstance(requirement, Known) and isinstance(requirement.value, Fields):
            yield from requirement.value.values
        else:
            yield None
