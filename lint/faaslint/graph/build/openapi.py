"""The routes that an API's OpenAPI body declares, and what their integrations call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...load.resource import Resource
from ...model.edges import Edge, EdgeKind
from ...model.guard import Guard
from ...model.nodes import Api, Route
from ...model.read import entry
from ...model.value import Fields, Known, Reference, Value, branches, is_absent
from ..graph import Graph
from .security import add_schemes, protection_of

INTEGRATION: Final = "x-amazon-apigateway-integration"
VALIDATOR: Final = "x-amazon-apigateway-request-validator"
METHODS: Final = frozenset(
    {"get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"}
)
ROUTE_LIMIT: Final = 1_000
"""Most routes of one body; API Gateway's own quota is 300 resources, or 300 routes."""


def add_routes(graph: Graph, resource: Resource) -> None:
    """Add a node for each route that a resource's body declares with an integration."""
    api = graph.node(resource.address)
    body = resource.properties.get("Body" if "Body" in resource.properties.values else "body")
    if not isinstance(api, Api):
        return
    schemes = add_schemes(graph, api, body, resource.guard)
    count = 0
    for outer, path, methods in _entries(entry(body, "paths")):
        for inner, method, operation in _entries(methods):
            integration = entry(operation, INTEGRATION)
            if method.lower() not in METHODS or (isinstance(integration, Known) and integration.value is None):
                continue
            count += 1
            if count > ROUTE_LIMIT:
                return
            guard = resource.guard & outer & inner
            uri = entry(integration, "uri")
            protection = protection_of(body, operation, schemes)
            validator = entry(operation, VALIDATOR)
            route = graph.add(
                Route(
                    id=f"{api.id}/{method} {path}",
                    name=f"{api.name} {_shown(method)} {path}",
                    type=api.type,
                    span=uri.trail[0] if uri.trail else api.span,
                    guard=guard,
                    origin=api.origin,
                    spellings={"uri": "uri", "credentials": "credentials"},
                    api=Known(Reference(api.id, "id")),
                    method=Known(_shown(method)),
                    path=Known(path),
                    integration_type=entry(integration, "type"),
                    uri=uri,
                    credentials=entry(integration, "credentials"),
                    integration_method=entry(integration, "httpMethod"),
                    timeout=entry(integration, "timeoutInMillis"),
                    payload_format=entry(integration, "payloadFormatVersion"),
                    request_parameters=entry(integration, "requestParameters"),
                    authorization=protection.authorization,
                    authorizer=protection.authorizer,
                    api_key_required=protection.api_key_required,
                    validator=entry(body, VALIDATOR) if is_absent(validator) else validator,
                )
            )
            graph.connect(Edge(kind=EdgeKind.ROUTES_TO, source=api, target=route, guard=guard))


def _shown(method: str) -> str:
    return "ANY" if method.startswith("x-") else method.upper()


def _entries(value: Value) -> Iterator[tuple[Guard, str, Value]]:
    """Yield the entries of a mapping with the situation in which each is there."""
    for guard, leaf in branches(value):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            for name, content in leaf.value.values.items():
                yield guard, name, content
