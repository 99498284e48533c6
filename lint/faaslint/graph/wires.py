"""Push sources: which node names what it calls, as whom it calls, and whether it waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..model import nodes
from ..model.edges import Edge, EdgeKind, Mode
from ..model.guard import ALWAYS, Guard
from ..model.nodes import Node
from ..model.read import elements, text_of
from ..model.span import Place
from ..model.value import ABSENT, Fields, Known, Pattern, Reference, Unknown, Value, branches, is_absent
from .callee import Names, callee_of
from .graph import Graph
from .resolve import resolved


class Wire(NamedTuple):
    """How a class of nodes names what it calls or sends to.

    ``target``, ``role`` and ``source`` are attributes: what is called, the role that it calls with, and the resource from
    which the events come, where that is not the node itself. ``by_role`` says that it needs a role instead of a permission.
    """

    target: str
    trigger: str = ""
    principal: str = ""
    role: str = ""
    source: str = ""
    mode: Mode = Mode.ASYNCHRONOUS
    by_role: bool = False
    plain_names: bool = False
    name: str = ""


_SYNC, _ASYNC = Mode.SYNCHRONOUS, Mode.ASYNCHRONOUS
_API: Final = "apigateway.amazonaws.com"

WIRES: Final[dict[type[Node], tuple[Wire, ...]]] = {
    nodes.EventTarget: (Wire("target", "event-rule", "events.amazonaws.com", "role", "rule"),),
    nodes.Subscription: (Wire("endpoint", "topic", "sns.amazonaws.com", source="topic"),),
    nodes.BucketNotification: (Wire("target", "bucket", "s3.amazonaws.com", source="bucket"),),
    nodes.LogSubscription: (Wire("target", "log-subscription", "logs.amazonaws.com", "role", "log_group"),),
    nodes.Route: (Wire("uri", "rest-api", _API, "credentials", mode=_SYNC),),
    nodes.Integration: (Wire("uri", "rest-api", _API, "credentials", mode=_SYNC),),
    nodes.Api: (Wire("target", "http-api", _API, "credentials", mode=_SYNC),),
    nodes.Authorizer: (Wire("uri", "authorizer", _API, "credentials", mode=_SYNC, name="authorizer"),),
    nodes.TargetAttachment: (
        Wire("target", "load-balancer", "elasticloadbalancing.amazonaws.com", source="group", mode=_SYNC),
    ),
    nodes.SecretRotation: (
        Wire("function", "secret-rotation", "secretsmanager.amazonaws.com", source="secret", mode=_SYNC),
    ),
    nodes.Schedule: (Wire("target", "schedule", "scheduler.amazonaws.com", "role", by_role=True),),
    nodes.Pipe: (
        Wire("target", "pipe", "pipes.amazonaws.com", "role", mode=_SYNC, by_role=True),
        Wire("enrichment", "pipe", "pipes.amazonaws.com", "role", mode=_SYNC, by_role=True, name="enrichment"),
    ),
    nodes.StateTask: (
        Wire(
            "target", "state-machine", "states.amazonaws.com", source="machine", mode=_SYNC, by_role=True, plain_names=True
        ),
    ),
    nodes.CustomResource: (Wire("service_token", "custom-resource", "cloudformation.amazonaws.com", by_role=True),),
}

CALLERS: Final[dict[str, Wire]] = {
    "user-pool": Wire("target", "user-pool", "cognito-idp.amazonaws.com", source="emitter", mode=_SYNC),
    "iot-rule": Wire("target", "iot-rule", "iot.amazonaws.com", source="emitter"),
    "config-rule": Wire("target", "config-rule", "config.amazonaws.com"),
    "ses-receipt": Wire("target", "ses-receipt", "ses.amazonaws.com", source="emitter"),
    "codecommit": Wire("target", "codecommit", "codecommit.amazonaws.com", source="emitter"),
    "codepipeline": Wire(
        "target", "codepipeline", "codepipeline.amazonaws.com", "role", "emitter", by_role=True, plain_names=True
    ),
    "firehose": Wire("target", "firehose", "firehose.amazonaws.com", "role", "emitter", mode=_SYNC, by_role=True),
    "appsync": Wire("target", "appsync", "appsync.amazonaws.com", "role", mode=_SYNC, by_role=True),
    "terraform": Wire("target", "terraform", mode=_SYNC, by_role=True, plain_names=True),
    "appsync-authorizer": Wire(
        "target", "appsync-authorizer", "appsync.amazonaws.com", source="emitter", mode=_SYNC, name="authorizer"
    ),
}
"""The wires of Caller nodes, by their trigger."""

_API_KINDS: Final = {"REST": "rest-api", "HTTP": "http-api", "WEBSOCKET": "websocket-api"}
_INVOCATION_HEADER: Final = "integration.request.header.X-Amz-Invocation-Type"


def wire_all(graph: Graph, names: Names) -> None:
    """Draw what calls functions, and what is sent elsewhere."""
    for kind, wires in WIRES.items():
        for node in graph.all(kind):
            for wire in wires:
                _wire(graph, names, node, wire)
    for caller in graph.all(nodes.Caller):
        if caller.trigger in CALLERS:
            _wire(graph, names, caller, CALLERS[caller.trigger])


def _wire(graph: Graph, names: Names, node: Node, wire: Wire) -> None:
    target: Value = getattr(node, wire.target)
    if target is ABSENT:
        return
    if isinstance(node, nodes.Subscription) and not _may_be_lambda(node.protocol):
        _deliver(graph, node, wire, target)
        return
    found = False
    qualifier = node.qualifier if isinstance(node, nodes.StateTask) else ABSENT
    # Most name one target; where it is a list, each element is one.
    callees = (
        callee._replace(guard=guard & callee.guard)
        for guard, leaf in elements(target)
        for callee in callee_of(names, leaf, qualifier, plain_names=wire.plain_names)
    )
    for callee in callees:
        if callee.node is None:
            continue
        found = True
        if callee.node.id not in graph.nodes:
            graph.add(callee.node)
        for guard, source in _sources(graph, node, wire):
            graph.connect(
                Edge(
                    kind=EdgeKind.TRIGGERS,
                    source=source,
                    target=callee.node,
                    guard=node.guard & callee.guard & guard,
                    place=_place(node, wire, target),
                    principal=wire.principal,
                    credentials=_role(graph, node, wire),
                    name=getattr(node, "moment", "") or wire.name,
                    qualifier=callee.qualifier,
                    trigger=_trigger(graph, node, wire),
                    mode=_mode(node, wire),
                    by_role=wire.by_role,
                    via=node if source is not node else None,
                )
            )
    if not found:
        _deliver(graph, node, wire, target)


def _deliver(graph: Graph, node: Node, wire: Wire, target: Value) -> None:
    """What is no function may be a queue, topic, stream … of the project."""
    for guard, receiver in resolved(graph, target, Node):
        if receiver is None or isinstance(receiver, (Unknown, nodes.Plain)):
            continue
        for inner, source in _sources(graph, node, wire):
            graph.connect(
                Edge(
                    kind=EdgeKind.DELIVERS_TO,
                    source=source,
                    target=receiver,
                    guard=node.guard & guard & inner,
                    place=_place(node, wire, target),
                    principal=wire.principal,
                    credentials=_role(graph, node, wire),
                    trigger=_trigger(graph, node, wire),
                    by_role=wire.by_role,
                    via=node if source is not node else None,
                )
            )


def _place(node: Node, wire: Wire, target: Value) -> Place:
    return Place(target.trail[0] if target.trail else node.span, node.spellings.get(wire.target, wire.target))


def _sources(graph: Graph, node: Node, wire: Wire) -> Iterator[tuple[Guard, Node]]:
    """Yield the resources of the project that the events come from; the node itself where those are not known."""
    if not wire.source:
        yield ALWAYS, node
        return
    for guard, source in resolved(graph, getattr(node, wire.source), Node):
        yield guard, source if isinstance(source, Node) else node


def _role(graph: Graph, node: Node, wire: Wire) -> Value:
    if isinstance(node, nodes.StateTask):
        for _, machine in resolved(graph, node.machine, nodes.StateMachine):
            if isinstance(machine, nodes.StateMachine):
                return machine.role
    if isinstance(node, nodes.EventTarget) and is_absent(node.role):
        # The rule's own role is for all its targets.
        for _, rule in resolved(graph, node.rule, nodes.EventRule):
            if isinstance(rule, nodes.EventRule):
                return rule.role
    return getattr(node, wire.role) if wire.role else ABSENT


def _trigger(graph: Graph, node: Node, wire: Wire) -> str:
    if wire.trigger not in ("rest-api", "http-api") or not isinstance(node, (nodes.Route, nodes.Integration, nodes.Api)):
        return wire.trigger
    if isinstance(node, nodes.Api):
        return _API_KINDS.get(node.protocol, wire.trigger)
    for _, api in resolved(graph, node.api, nodes.Api):
        if isinstance(api, nodes.Api):
            return _API_KINDS.get(api.protocol, wire.trigger)
    return "http-api" if "V2" in node.type or "v2" in node.type else wire.trigger


def _mode(node: Node, wire: Wire) -> Mode | None:
    """Return how a source calls; None where the configuration leaves it open."""
    if isinstance(node, nodes.Pipe) and wire.target == "target":
        return _said(node.target_invocation, "FIRE_AND_FORGET", _ASYNC, _SYNC)
    if isinstance(node, nodes.StateTask):
        return _said(node.invocation_type, "Event", _ASYNC, _SYNC)
    if isinstance(node, nodes.Caller) and node.trigger == "ses-receipt":
        return _said(node.invocation_type, "RequestResponse", _SYNC, _ASYNC)
    if isinstance(node, (nodes.Route, nodes.Integration)) and wire.target == "uri":
        parameters = node.request_parameters
        if isinstance(parameters, Known) and isinstance(parameters.value, Fields):
            return _said(parameters.value.values.get(_INVOCATION_HEADER, ABSENT), "'Event'", _ASYNC, _SYNC)
    return wire.mode


def _said(value: Value, text: str, then: Mode, otherwise: Mode) -> Mode | None:
    modes: set[Mode | None] = set()
    for _, leaf in branches(value):
        if isinstance(leaf, Unknown) or isinstance(leaf.value, (Pattern, Reference)):
            modes.add(None)
        else:
            modes.add(then if text_of(leaf) == text else otherwise)
    return modes.pop() if len(modes) == 1 else None


def _may_be_lambda(protocol: Value) -> bool:
    return any(isinstance(leaf, Unknown) or (text_of(leaf) or "").lower() == "lambda" for _, leaf in branches(protocol))
