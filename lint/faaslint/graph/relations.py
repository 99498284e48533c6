"""The edges that follow from one attribute of a node naming another: what fails to, is encrypted by, is attached to what."""

from __future__ import annotations

from typing import Final

from ..model import nodes
from ..model.edges import Edge, EdgeKind
from ..model.nodes import Node
from ..model.read import text_of
from ..model.value import ABSENT, Fields, Known, Pattern, Reference, Value, branches
from .graph import Graph
from .resolve import resolved

FAILS_TO, SUCCEEDS_TO = EdgeKind.FAILS_TO, EdgeKind.SUCCEEDS_TO
ATTACHED_TO, MOUNTS, ROUTES_TO = EdgeKind.ATTACHED_TO, EdgeKind.MOUNTS, EdgeKind.ROUTES_TO

_NETWORK: Final = (("subnets", nodes.Subnet, ATTACHED_TO), ("security_groups", nodes.SecurityGroup, ATTACHED_TO))

RELATIONS: Final[dict[type[Node], tuple[tuple[str, type[Node], EdgeKind], ...]]] = {
    nodes.Function: (
        *_NETWORK,
        ("layers", nodes.Layer, EdgeKind.USES_LAYER),
        ("dead_letter", Node, FAILS_TO),
        ("log_group", nodes.LogGroup, EdgeKind.LOGS_TO),
        ("capacity_provider", nodes.CapacityProvider, ATTACHED_TO),
        ("code_signing", nodes.CodeSigning, ATTACHED_TO),
    ),
    nodes.CapacityProvider: _NETWORK,
    nodes.EventSourceMapping: (("on_failure", Node, FAILS_TO),),
    nodes.InvokeConfig: (("on_failure", Node, FAILS_TO), ("on_success", Node, SUCCEEDS_TO)),
    nodes.Queue: (("dead_letter", nodes.Queue, FAILS_TO),),
    nodes.Subscription: (("dead_letter", nodes.Queue, FAILS_TO),),
    nodes.EventTarget: (("dead_letter", nodes.Queue, FAILS_TO),),
    nodes.Schedule: (("dead_letter", nodes.Queue, FAILS_TO),),
    nodes.EventRule: (("bus", nodes.Bus, ATTACHED_TO),),
    nodes.Listener: (("target_groups", nodes.LoadBalancerTarget, ROUTES_TO),),
    nodes.LoadBalancer: _NETWORK,
    nodes.ResourcePolicy: (("resources", Node, ATTACHED_TO),),
    nodes.LayerPermission: (("layer", nodes.Layer, EdgeKind.PERMITS),),
    nodes.AccessPoint: (("file_system", nodes.FileSystem, MOUNTS),),
    nodes.MountTarget: (("file_system", nodes.FileSystem, MOUNTS), ("subnet", nodes.Subnet, ATTACHED_TO), _NETWORK[1]),
    nodes.Database: (*_NETWORK, ("subnet_group", nodes.SubnetGroup, ATTACHED_TO), ("cluster", nodes.Database, ATTACHED_TO)),
    nodes.Broker: (*_NETWORK, ("subnet_group", nodes.SubnetGroup, ATTACHED_TO)),
    nodes.SubnetGroup: (_NETWORK[0],),
    nodes.Proxy: _NETWORK,
    nodes.VpcEndpoint: (*_NETWORK, ("route_tables", nodes.RouteTable, ATTACHED_TO)),
}

ENCRYPTED: Final = (
    nodes.Function,
    nodes.EventSourceMapping,
    nodes.Queue,
    nodes.Topic,
    nodes.Stream,
    nodes.Broker,
    nodes.Table,
    nodes.Bucket,
    nodes.BucketEncryption,
    nodes.Bus,
    nodes.Schedule,
    nodes.StateMachine,
    nodes.LogGroup,
    nodes.Secret,
    nodes.Parameter,
    nodes.Database,
    nodes.FileSystem,
)
"""Kinds with a ``kms_key``."""


def relate(graph: Graph) -> None:
    """Draw the edges of all relations."""
    for kind, relations in RELATIONS.items():
        for node in graph.all(kind):
            for attribute, target, edge in relations:
                _relate(graph, node, attribute, target, edge)
    for kind in ENCRYPTED:
        for node in graph.all(kind):
            _encrypt(graph, node, getattr(node, "kms_key", ABSENT))
    _redrives(graph)
    _mounts(graph)
    _log_groups(graph)
    _routes(graph)
    _bindings(graph)


def _relate(graph: Graph, node: Node, attribute: str, kind: type[Node], edge: EdgeKind) -> None:
    value = getattr(node, attribute)
    for guard, target in resolved(graph, value, kind):
        if isinstance(target, Node):
            graph.connect(Edge(kind=edge, source=node, target=target, guard=guard, place=node.at(attribute)))


def _encrypt(graph: Graph, node: Node, value: Value) -> None:
    protected = node
    if isinstance(node, nodes.BucketEncryption):
        protected = next((one for _, one in resolved(graph, node.bucket, nodes.Bucket) if isinstance(one, Node)), node)
    for guard, target in resolved(graph, value, Node):
        if isinstance(target, nodes.KeyAlias):
            target = next((one for _, one in resolved(graph, target.key, nodes.Key) if isinstance(one, Node)), None)
        if isinstance(target, nodes.Key):
            place = node.at("kms_key")
            graph.connect(Edge(kind=EdgeKind.ENCRYPTED_BY, source=protected, target=target, guard=guard, place=place))


def _redrives(graph: Graph) -> None:
    """A redrive policy that stands apart says the same as one inside the queue."""
    for redrive in graph.all(nodes.QueueRedrive):
        for guard, queue in resolved(graph, redrive.queue, nodes.Queue):
            for inner, target in resolved(graph, redrive.dead_letter, nodes.Queue):
                if isinstance(queue, Node) and isinstance(target, Node):
                    both = guard & inner
                    place = redrive.at("dead_letter")
                    graph.connect(Edge(kind=FAILS_TO, source=queue, target=target, guard=both, place=place))


def _mounts(graph: Graph) -> None:
    for mount in graph.all(nodes.FileSystemMount):
        for _, function in resolved(graph, mount.function, nodes.Function):
            for guard, point in resolved(graph, mount.access_point, Node):
                if isinstance(function, Node) and isinstance(point, (nodes.AccessPoint, nodes.FileSystem)):
                    place = mount.at("access_point")
                    graph.connect(Edge(kind=MOUNTS, source=function, target=point, guard=mount.guard & guard, place=place))


def _log_groups(graph: Graph) -> None:
    """Without a logging configuration a function logs to the group that is called after it."""
    groups = graph.all(nodes.LogGroup)
    if not groups:
        return
    by_function: dict[str, list[nodes.LogGroup]] = {}
    for group in groups:
        for _, leaf in branches(group.group_name):
            named = _function_of_group(graph, leaf) if isinstance(leaf, Known) else None
            if named is not None:
                by_function.setdefault(named, []).append(group)
    for function in graph.all(nodes.Function):
        if isinstance(function.log_group, Known) and function.log_group.value is None:
            name = text_of(function.function_name) if isinstance(function.function_name, Known) else None
            for group in dict.fromkeys([*by_function.get(function.id, ()), *by_function.get(f"/{name}", ())]):
                graph.connect(Edge(kind=EdgeKind.LOGS_TO, source=function, target=group, place=group.at("group_name")))


def _function_of_group(graph: Graph, leaf: Known) -> str | None:
    """``/aws/lambda/<function>``: the function's id where it is a reference, ``/`` and its name where it is written."""
    content = leaf.value
    if isinstance(content, str) and content.startswith("/aws/lambda/"):
        return content.removeprefix("/aws/lambda")
    if isinstance(content, Pattern) and content.parts[0] == "/aws/lambda/" and len(content.parts) == 2:
        hole = content.parts[1]
        if isinstance(hole, Reference) and isinstance(graph.node(hole.address), nodes.Function):
            return hole.address
    return None


def _routes(graph: Graph) -> None:
    """Join routes to the integrations that serve them: by target, or by resource and method."""
    by_place: dict[tuple[object, ...], nodes.Integration] = {}
    for integration in graph.all(nodes.Integration):
        for _, method in resolved(graph, integration.method, nodes.Route):
            if isinstance(method, nodes.Route):
                by_place[_rest_place(method)] = integration
        if integration.resource is not ABSENT:
            by_place[_rest_place(integration)] = integration
    for route in graph.all(nodes.Route):
        for guard, api in resolved(graph, route.api, nodes.Api):
            if isinstance(api, nodes.Api) and not any(edge.source is api for edge in graph.into(route, ROUTES_TO)):
                graph.connect(Edge(kind=ROUTES_TO, source=api, target=route, guard=guard & route.guard))
        for guard, target in resolved(graph, route.target, nodes.Integration):
            if isinstance(target, nodes.Integration):
                graph.connect(
                    Edge(kind=ROUTES_TO, source=route, target=target, guard=guard & route.guard, place=route.at("target"))
                )
        beside = by_place.get(_rest_place(route)) if by_place else None
        if beside is not None:
            graph.connect(Edge(kind=ROUTES_TO, source=route, target=beside, guard=route.guard & beside.guard))


def _rest_place(node: nodes.Route | nodes.Integration) -> tuple[object, ...]:
    """A REST method and its integration stand at the same resource; one may name the method by the other's reference."""
    return tuple(_plainly(value) for value in (node.api, node.resource, node.method))


def _plainly(value: object) -> object:
    return getattr(value, "value", value)


def _bindings(graph: Graph) -> None:
    """What the configuration puts into a function's environment."""
    for function in graph.all(nodes.Function):
        for guard, leaf in branches(function.environment):
            if not (isinstance(leaf, Known) and isinstance(leaf.value, Fields)):
                continue
            for name, value in leaf.value.values.items():
                for inner, target in resolved(graph, value, Node):
                    if isinstance(target, Node) and not isinstance(target, nodes.Plain) and target is not function:
                        place = function.at("environment", value)
                        graph.connect(
                            Edge(
                                kind=EdgeKind.BOUND_TO,
                                source=function,
                                target=target,
                                guard=guard & inner,
                                place=place,
                                name=name,
                            )
                        )
