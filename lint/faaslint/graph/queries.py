"""Questions about who calls, who may, and what hangs on what, for rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..facts.event_sources import poll_kind_of_arn
from ..model import nodes
from ..model.edges import Edge, EdgeKind, Mode
from ..model.guard import ALWAYS, Guard
from ..model.nodes import Alias, Function, Node, ResourcePolicy, Role, Statement, Version
from ..model.read import elements, known_text_parts
from ..model.span import Place
from ..model.value import (
    ABSENT,
    CLOSED,
    Fields,
    Known,
    Leaf,
    Open,
    Openness,
    Pattern,
    Provenance,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    is_absent,
)
from .graph import Graph
from .resolve import resolved


class Trigger(NamedTuple):
    """One way in which a function is called.

    ``kind`` is a key of the event sources' facts (``bucket``, ``rest-api``, ``schedule``, ``function-url``, ``edge`` …,
    of polled sources ``sqs``, ``kinesis`` …; empty for a polled source that can't be known), or one that they don't have:
    ``authorizer``, ``pipe``, ``appsync``, ``appsync-authorizer``, ``terraform`` (an ``aws_lambda_invocation``).
    ``source`` is the resource from which the events come, ``via`` the one that states the wiring (the same where the
    source does), ``target`` what it names, and ``qualifier`` what it writes after a function's ARN or name. ``role`` is
    the role that it calls with; with ``by_role`` it needs that instead of a permission. ``mode`` is None where the
    configuration leaves it open.
    """

    guard: Guard
    kind: str
    mode: Mode | None
    source: Node
    via: Node
    target: Function | Alias | Version
    place: Place
    qualifier: Leaf | None = None
    principal: str = ""
    role: Value = ABSENT
    by_role: bool = False
    moment: str = ""


_POLLED: Final[dict[type[Node], str]] = {nodes.Queue: "sqs", nodes.Stream: "kinesis", nodes.Table: "dynamodb"}
_BROKERS: Final = {"msk": "msk", "msk-serverless": "msk", "mq": "mq", "documentdb": "documentdb"}


def triggers(graph: Graph, function: Function) -> tuple[Trigger, ...]:
    """Return everything in the project that calls a function: pushed, polled, by URL, at the edge.

    Calls from handler source are not among them.
    """
    found = [_pushed(guard, edge) for guard, edge in graph.triggers_of(function)]
    for guard, mapping, callee in graph.calling(function, nodes.EventSourceMapping):
        if not isinstance(callee.node, (Function, Alias, Version)):
            continue
        here = guard & mapping.guard
        polled = graph.polled_by(mapping) or ((here, mapping),)
        for inner, source in polled:
            found.append(
                Trigger(
                    here & inner,
                    polled_kind(mapping, source),
                    Mode.POLLING,
                    source,
                    mapping,
                    callee.node,
                    mapping.at("function"),
                    callee.qualifier,
                )
            )
    others = (nodes.FunctionUrl, "function-url"), (nodes.EdgeAssociation, "edge")
    for kind, name in others:
        for guard, node, callee in graph.calling(function, kind):
            if isinstance(callee.node, (Function, Alias, Version)):
                found.append(
                    Trigger(
                        guard & node.guard,
                        name,
                        Mode.SYNCHRONOUS,
                        node,
                        node,
                        callee.node,
                        node.at("function"),
                        callee.qualifier,
                        by_role=name == "edge",
                    )
                )
    return tuple(trigger for trigger in found if (trigger.guard & function.guard).satisfiable())


def _pushed(guard: Guard, edge: Edge) -> Trigger:
    assert isinstance(edge.target, (Function, Alias, Version))
    return Trigger(
        guard,
        edge.trigger,
        edge.mode,
        edge.source,
        edge.via or edge.source,
        edge.target,
        edge.place or edge.source.here(),
        edge.qualifier,
        edge.principal,
        edge.credentials,
        edge.by_role,
        edge.name,
    )


def polled_kind(mapping: nodes.EventSourceMapping, source: Node) -> str:
    """Return the kind of source that a mapping polls, as the facts call it; empty where it can't be known."""
    if isinstance(source, nodes.Broker):
        return _BROKERS.get(source.engine, "")
    if type(source) in _POLLED:
        return _POLLED[type(source)]
    if isinstance(source, nodes.External):
        for _, leaf in branches(source.arn):
            text = known_text_parts(leaf)
            # The partition, region and account may be holes; the service is the third field.
            fields = (text or "").split(":")
            if len(fields) >= 6:
                return poll_kind_of_arn(f"arn:aws:{fields[2]}:r:a:x") or ""
    return "kafka" if not is_absent(mapping.self_managed) else ""


def routes_behind(graph: Graph, node: Node) -> tuple[tuple[Guard, nodes.Route], ...]:
    """Return the routes that an integration serves; a route that holds its integration is its own."""
    if isinstance(node, nodes.Route):
        return ((node.guard, node),)
    return tuple(
        (edge.guard, edge.source) for edge in graph.into(node, EdgeKind.ROUTES_TO) if isinstance(edge.source, nodes.Route)
    )


def api_of(graph: Graph, node: nodes.Route | nodes.Integration | nodes.Authorizer | nodes.Stage) -> nodes.Api | None:
    """Return the API that a part of one belongs to, None where it is not one of this project."""
    return next((api for _, api in resolved(graph, node.api, nodes.Api) if isinstance(api, nodes.Api)), None)


def event_bridge_of(graph: Graph, bucket: nodes.Bucket) -> Value:
    """Return whether a bucket sends its events to EventBridge: Known(False) where nothing of the project says so."""
    if not is_absent(bucket.event_bridge):
        return bucket.event_bridge
    found: list[tuple[Guard, Value]] = []
    for notifications in graph.all(nodes.BucketNotifications):
        for guard, named in resolved(graph, notifications.bucket, nodes.Bucket):
            if named is bucket:
                found.append((guard & notifications.guard, notifications.event_bridge))
            elif isinstance(named, Unknown):
                return Unknown("notifications of the project are for a bucket that can't be known")
    rest = ALWAYS
    for guard, _ in found:
        rest = rest & ~guard
    return choose([*found, (rest, Known(False, (), Provenance.SERVICE))])


class ResourceStatements(NamedTuple):
    """The statements of the policies on a resource; ``openness`` says why there may be others."""

    statements: tuple[tuple[Guard, ResourcePolicy, Statement], ...]
    openness: Openness


def statements_on(graph: Graph, node: Node) -> ResourceStatements:
    """Return the statements of the resource policies on a queue, topic, bucket, bus, key, secret, file system or API."""
    found: list[tuple[Guard, ResourcePolicy, Statement]] = []
    openness = graph.openness
    for policy in graph.all(ResourcePolicy):
        attached = [edge.guard for edge in graph.out(policy, EdgeKind.ATTACHED_TO) if edge.target is node]
        if not attached:
            openness = openness or _may_be_on(graph, policy, node)
            continue
        openness = openness or policy.openness
        for edge in graph.out(policy, EdgeKind.GRANTS):
            if isinstance(edge.target, Statement):
                found += [(guard & edge.guard, policy, edge.target) for guard in attached]
    return ResourceStatements(tuple(found), openness)


def _may_be_on(graph: Graph, policy: ResourcePolicy, node: Node) -> Openness:
    """A policy whose resource can't be known may be on any resource of the kinds that its type has."""
    words = (type(node).__name__.lower(), {"Bus": "eventbus", "Key": "kms"}.get(type(node).__name__, ""))
    kind = policy.type.lower().replace("_", "").replace("::", "")
    if not any(word and word in kind for word in words):
        return CLOSED
    for _, target in resolved(graph, policy.resources, Node):
        if isinstance(target, Unknown):
            return Open(f"'{policy.name}' may be on it ({target.why})", policy.span)
    return CLOSED


def statements_naming(graph: Graph, role: Role) -> ResourceStatements:
    """Return the statements of all resource policies of the project that name a role as their principal.

    ``openness`` is open where a principal or a policy can't be known. Statements for everyone or for an account are not
    among them.
    """
    found: list[tuple[Guard, ResourcePolicy, Statement]] = []
    openness: Openness = CLOSED
    for policy in graph.all(ResourcePolicy):
        openness = openness or policy.openness
        for edge in graph.out(policy, EdgeKind.GRANTS):
            statement = edge.target
            if not isinstance(statement, Statement):
                continue
            for guard, named in _principals(graph, statement):
                if named is role:
                    found.append((guard & edge.guard, policy, statement))
                elif isinstance(named, Unknown):
                    openness = openness or Open(f"a principal of '{policy.name}' can't be known", policy.span)
    return ResourceStatements(tuple(found), openness)


def _principals(graph: Graph, statement: Statement) -> Iterator[tuple[Guard, Role | Unknown | None]]:
    for guard, leaf in branches(statement.principals):
        if isinstance(leaf, Unknown):
            yield guard, leaf
        elif isinstance(leaf.value, Fields):
            for inner, principal in elements(leaf.value.get("AWS")):
                yield guard & inner, _role_named(graph, principal)


def _role_named(graph: Graph, leaf: Leaf) -> Role | Unknown | None:
    if isinstance(leaf, Unknown):
        return leaf
    parts = leaf.value.parts if isinstance(leaf.value, Pattern) else (leaf.value,)
    for part in parts:
        if isinstance(part, Reference):
            node = graph.node(part.address)
            return node if isinstance(node, Role) else None
    text = known_text_parts(leaf) or ""
    if ":role/" not in text:
        return None
    return next(
        (
            role
            for role in graph.all(Role)
            if isinstance(role.role_name, Known) and role.role_name.value == text.rsplit("/", 1)[1]
        ),
        None,
    )


class Binding(NamedTuple):
    """An environment variable of a function that names a resource of the project."""

    guard: Guard
    function: Function
    resource: Node
    variable: str
    place: Place


def bindings_of(graph: Graph, function: Function) -> tuple[Binding, ...]:
    """Return the resources that a function's environment names."""
    return tuple(
        Binding(edge.guard, function, edge.target, edge.name, edge.place or function.at("environment"))
        for edge in graph.out(function, EdgeKind.BOUND_TO)
    )


def functions_bound_to(graph: Graph, resource: Node) -> tuple[Binding, ...]:
    """Return the functions whose environment names a resource."""
    return tuple(
        Binding(edge.guard, edge.source, resource, edge.name, edge.place or edge.source.here())
        for edge in graph.into(resource, EdgeKind.BOUND_TO)
        if isinstance(edge.source, Function)
    )


class Provisioned(NamedTuple):
    """Provisioned concurrency of a version or alias (a function where it is set on ``$LATEST``), and what sets it."""

    guard: Guard
    amount: Value
    on: Function | Alias | Version
    stated_by: Node
    qualifier: Leaf | None


def provisioned_of(graph: Graph, function: Function) -> tuple[Provisioned, ...]:
    """Return the provisioned concurrency of a function's aliases and versions, wherever it is written."""
    found: list[Provisioned] = []
    settable = [*graph.calling(function, Alias), *graph.calling(function, Version)]
    for guard, node, _ in settable:
        assert isinstance(node, (Alias, Version))
        if not is_absent(node.provisioned_concurrency):
            found.append(Provisioned(guard & node.guard, node.provisioned_concurrency, node, node, None))
    for guard, stated, callee in graph.calling(function, nodes.ProvisionedConcurrency):
        if isinstance(callee.node, (Function, Alias, Version)):
            found.append(Provisioned(guard & stated.guard, stated.amount, callee.node, stated, callee.qualifier))
    return tuple(found)


def depends(graph: Graph, node: Node, on: Node) -> bool:
    """Return whether a resource is made after another one: by references or dependency clauses, however long the way."""
    seen = {node.id}
    pending = [node]
    while pending:
        here = pending.pop()
        after = graph.made_after.get(here.id, ())
        if any(on.id == address or on.id.startswith((f"{address}.", f"{address}[")) for address in after):
            return True
        named = (named for address in after if (named := graph.node(address)) is not None)
        for following in (*graph.depends_on(here), *named):
            if following is on:
                return True
            if following.id not in seen:
                seen.add(following.id)
                pending.append(following)
    return False


def associations_beside(
    graph: Graph, association: nodes.EdgeAssociation | nodes.CloudFrontFunctionAssociation
) -> tuple[nodes.EdgeAssociation | nodes.CloudFrontFunctionAssociation, ...]:
    """Return the other associations of the same cache behaviour, of either kind."""
    both: list[nodes.EdgeAssociation | nodes.CloudFrontFunctionAssociation] = [*graph.all(nodes.EdgeAssociation)]
    both += graph.all(nodes.CloudFrontFunctionAssociation)
    return tuple(
        other
        for other in both
        if other is not association
        and other.distribution == association.distribution
        and other.behaviour == association.behaviour
    )
