"""What calls a function, as far as the handler's answer and its event are concerned."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, routes_behind, triggers
from faaslint.model.guard import Guard
from faaslint.model.nodes import Api, Function, Integration, Route
from faaslint.model.read import text_of
from faaslint.model.value import Value, branches, is_absent


class Contract(StrEnum):
    """What a caller wants of the answer."""

    PROXY = "proxy"
    """A response with a status code and a text as body: REST proxies, HTTP APIs in format 1.0, load balancers."""
    INFERRED = "inferred"
    """Anything: HTTP APIs in format 2.0 and function URLs make a response of it."""
    OTHER = "other"
    UNKNOWN = "unknown"


HTTP: Final = frozenset({"rest-api", "http-api", "websocket-api", "load-balancer", "function-url"})
"""Kinds of triggers that bring a request of a client."""

PUBLIC: Final = HTTP | {"edge", "appsync", "authorizer", "iot-rule", "ses-receipt"}
"""Kinds of triggers by which a stranger's data may come in."""

QUEUES: Final = frozenset({"sqs", "kinesis", "dynamodb", "msk", "kafka", "mq", "documentdb"})


class Wired(NamedTuple):
    """One way in which a function is called, and what its caller wants of the answer."""

    guard: Guard
    trigger: Trigger
    contract: Contract


def wired(graph: Graph, function: Function) -> list[Wired]:
    """Return everything in the project that calls a function."""
    return [Wired(one.guard & function.guard, one, contract_of(graph, one)) for one in triggers(graph, function)]


def contract_of(graph: Graph, trigger: Trigger) -> Contract:
    """Return what a caller wants of the answer."""
    if trigger.kind == "load-balancer":
        return Contract.PROXY
    if trigger.kind == "function-url":
        return Contract.INFERRED
    node = trigger.via
    if trigger.kind == "http-api":
        if isinstance(node, Api):
            return Contract.INFERRED
        return _by_format(node) if isinstance(node, (Route, Integration)) else Contract.UNKNOWN
    if not isinstance(node, (Route, Integration)):
        return Contract.OTHER
    kinds = {(text_of(leaf) or "?").upper() for _, leaf in branches(node.integration_type)}
    if kinds != {"AWS_PROXY"}:
        return Contract.UNKNOWN if "?" in kinds else Contract.OTHER
    if trigger.kind == "websocket-api":
        keys = [route.route_key for _, route in routes_behind(graph, node)]
        return Contract.PROXY if keys and all(_is(key, "$connect") for key in keys) else Contract.OTHER
    return Contract.PROXY


def _by_format(node: Route | Integration) -> Contract:
    if is_absent(node.payload_format):
        # Terraform's default; the others have to say it.
        return Contract.PROXY if node.type == "aws_apigatewayv2_integration" else Contract.UNKNOWN
    if _is(node.payload_format, "1.0"):
        return Contract.PROXY
    return Contract.INFERRED if _is(node.payload_format, "2.0") else Contract.UNKNOWN


def _is(value: Value, text: str) -> bool:
    return all(text_of(leaf) == text for _, leaf in branches(value))
