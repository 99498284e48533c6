"""Where the packets of a subnet can go: which routes lead out, and to what."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.graph.networks import Routing, routing_of
from faaslint.graph.resolve import resource_behind
from faaslint.model.guard import Guard
from faaslint.model.nodes import Gateway, NetworkRoute, Subnet
from faaslint.model.read import text_of
from faaslint.model.value import Openness, Unknown, Value, branches

EVERYWHERE = ("0.0.0.0/0", "::/0")

CARRIERS = (
    "nat_gateway",
    "instance",
    "interface",
    "transit_gateway",
    "peering",
    "endpoint",
    "local_gateway",
    "carrier_gateway",
    "core_network",
)
"""Attributes of a route whose targets may carry a function's packets on to anywhere."""


class Way(StrEnum):
    """What a route does for a function's packets to the internet."""

    OUT = "out"
    """It carries them."""
    INTERNET_GATEWAY = "internet gateway"
    """It takes packets of public addresses only, and a function's interfaces have none."""
    NOWHERE = "nowhere"
    """It leads to particular private networks, or back into the VPC."""
    UNKNOWN = "unknown"


class Ways(NamedTuple):
    """The routes of a subnet, each with what it does; ``openness`` says why there may be others."""

    found: tuple[tuple[Guard, NetworkRoute, Way], ...]
    routing: Routing
    openness: Openness


def ways_of(graph: Graph, subnet: Subnet, *, dual_stack: bool) -> Ways:
    """Return what the routes of a subnet do. ``dual_stack`` says that the function may have IPv6 addresses."""
    routing = routing_of(graph, subnet)
    found = tuple((guard, route, way_of(graph, route, dual_stack=dual_stack)) for guard, route in routing.routes)
    return Ways(found, routing, routing.openness)


def way_of(graph: Graph, route: NetworkRoute, *, dual_stack: bool) -> Way:
    """Return what a route does for packets to the internet."""
    reach = _destination(route)
    if reach is False:
        return Way.NOWHERE
    if any(_is_set(getattr(route, name)) for name in CARRIERS):
        return Way.OUT if reach else Way.UNKNOWN
    if _is_set(route.egress_only_gateway):
        return Way.OUT if dual_stack else Way.NOWHERE
    return _through_gateway(graph, route)


def _destination(route: NetworkRoute) -> bool | None:
    """Return whether a route is for the internet; None where its destination can't be known."""
    texts: list[str | None] = []
    for value in (route.destination, route.destination_ipv6):
        for _, leaf in branches(value):
            if isinstance(leaf, Unknown) or leaf.value is not None:
                texts.append(text_of(leaf))
    if _is_set(route.prefix_list):
        return None
    if not texts or None in texts:
        return None
    if any(text in EVERYWHERE for text in texts):
        return True
    return None if any(not _is_private(str(text)) for text in texts) else False


def _is_private(text: str) -> bool:
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False).is_private
    except ValueError:
        return False


def _is_set(value: Value) -> bool:
    return any(isinstance(leaf, Unknown) or leaf.value is not None for _, leaf in branches(value))


def _through_gateway(graph: Graph, route: NetworkRoute) -> Way:
    ways: set[Way] = set()
    for _, leaf in branches(route.gateway):
        if isinstance(leaf, Unknown):
            ways.add(Way.UNKNOWN)
            continue
        node = resource_behind(graph, leaf, Gateway)
        text = text_of(leaf) or ""
        if (isinstance(node, Gateway) and node.gateway_type == "internet") or text.startswith("igw-"):
            ways.add(Way.INTERNET_GATEWAY)
        elif isinstance(node, Gateway) or text.startswith(("vgw-", "vpce-", "nat-")):
            ways.add(Way.OUT)
        elif text == "local":
            ways.add(Way.NOWHERE)
        else:
            ways.add(Way.UNKNOWN)
    return ways.pop() if len(ways) == 1 else Way.UNKNOWN
