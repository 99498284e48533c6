"""Joining what belongs together: function ↔ role ↔ version ↔ alias ↔ permission ↔ event source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ..model.edges import Edge, EdgeKind
from ..model.guard import Guard
from ..model.nodes import (
    Alias,
    EdgeAssociation,
    EventSourceMapping,
    External,
    Function,
    FunctionUrl,
    InvokeConfig,
    Node,
    Permission,
    ProvisionedConcurrency,
    RecursionConfig,
    Role,
    RuntimeManagement,
    Version,
)
from ..model.read import spelled, text_of
from ..model.span import Place
from ..model.value import ABSENT, Known, Leaf, Pattern, Reference, Unknown, Value, branches
from .callee import Names, callee_of
from .graph import Graph
from .relations import relate
from .resolve import resource_behind
from .wires import wire_all

N = TypeVar("N", bound=Node)


def link(graph: Graph) -> None:
    """Draw the edges of a graph whose nodes are all there."""
    names = Names(graph)
    for function in graph.all(Function):
        graph.remember_roles(function, tuple(_roles(graph, function)))
        for guard, role in graph.roles_of(function):
            if isinstance(role, Role):
                graph.connect(
                    Edge(kind=EdgeKind.ASSUMES, source=function, target=role, guard=guard, place=function.at("role"))
                )
    for version in graph.all(Version):
        _name_function(graph, names, version, version.function, ABSENT)
        for guard, called, _ in graph.functions_called_by(version):
            if not any(edge.source is called for edge in graph.into(version, EdgeKind.PUBLISHES)):
                graph.connect(Edge(kind=EdgeKind.PUBLISHES, source=called, target=version, guard=guard))
    for alias in graph.all(Alias):
        _name_function(graph, names, alias, alias.function, ABSENT)
        _point_alias(graph, alias)
    names.learn_aliases()
    for permission in graph.all(Permission):
        _name_function(graph, names, permission, permission.function, permission.qualifier, EdgeKind.PERMITS)
    for mapping in graph.all(EventSourceMapping):
        _name_function(graph, names, mapping, mapping.function, ABSENT, EdgeKind.POINTS_AT)
        _poll(graph, mapping)
    for association in graph.all(EdgeAssociation):
        _name_function(graph, names, association, association.function, ABSENT, EdgeKind.ASSOCIATED_AT)
    for url in graph.all(FunctionUrl):
        _name_function(graph, names, url, url.function, url.qualifier, EdgeKind.POINTS_AT)
    for config in graph.all(InvokeConfig):
        _name_function(graph, names, config, config.function, config.qualifier, EdgeKind.POINTS_AT)
    for setting in (*graph.all(RuntimeManagement), *graph.all(RecursionConfig)):
        assert isinstance(setting, (RuntimeManagement, RecursionConfig))
        _name_function(graph, names, setting, setting.function, ABSENT, EdgeKind.POINTS_AT)
    for provisioned in graph.all(ProvisionedConcurrency):
        _name_function(graph, names, provisioned, provisioned.function, provisioned.qualifier, EdgeKind.POINTS_AT)
    relate(graph)
    wire_all(graph, names)


def _roles(graph: Graph, function: Function) -> Iterator[tuple[Guard, Role | Unknown]]:
    for guard, leaf in branches(function.role):
        if isinstance(leaf, Unknown):
            yield guard, leaf
            continue
        found = _referred(graph, leaf, Role)
        if found is None:
            found = _role_by_name(graph, leaf)
        if found is not None:
            yield guard, found
        else:
            yield guard, Unknown("the role is not in this project", trail=leaf.trail)


def _referred(graph: Graph, leaf: Known, kind: type[N]) -> N | None:
    """Return the resource that a value is a reference to, or that its text is built around."""
    content = leaf.value
    parts = (content,) if isinstance(content, Reference) else content.parts if isinstance(content, Pattern) else ()
    for part in parts:
        if isinstance(part, Reference):
            node = graph.node(part.address)
            if isinstance(node, kind):
                return node
    return None


def _role_by_name(graph: Graph, leaf: Known) -> Role | None:
    text = text_of(leaf)
    if isinstance(leaf.value, Pattern) and isinstance(leaf.value.parts[-1], str):
        text = leaf.value.parts[-1]
    if not text or ":role/" not in text:
        return None
    name = text.rsplit("/", 1)[1]
    for role in graph.all(Role):
        if isinstance(role.role_name, Known) and role.role_name.value == name:
            return role
    return None


def _name_function(
    graph: Graph, names: Names, node: Node, value: Value, qualifier: Value, kind: EdgeKind | None = None
) -> None:
    callees = tuple(callee_of(names, value, qualifier))
    graph.remember_callees(node, callees)
    if kind is None:
        return
    for callee in callees:
        if callee.node is not None and callee.node.id in graph.nodes:
            graph.connect(Edge(kind=kind, source=node, target=callee.node, guard=callee.guard, place=node.at("function")))


def _point_alias(graph: Graph, alias: Alias) -> None:
    for guard, _, version in graph.published(alias.version):
        target = version or next((callee.node for callee in graph.callees(alias) if callee.node is not None), None)
        if target is not None and target.id in graph.nodes:
            graph.connect(Edge(kind=EdgeKind.POINTS_AT, source=alias, target=target, guard=guard, place=alias.at("version")))
    for weight in alias.weights:
        for guard, leaf, version in graph.published(weight.version):
            if version is not None:
                graph.connect(
                    Edge(
                        kind=EdgeKind.POINTS_AT,
                        source=alias,
                        target=version,
                        guard=guard & weight.guard,
                        place=Place(leaf.trail[-1] if leaf.trail else alias.span, "version"),
                        weight=weight.weight,
                    )
                )


def _poll(graph: Graph, mapping: EventSourceMapping) -> None:
    for guard, leaf in branches(mapping.source):
        if not isinstance(leaf, Known) or leaf.value is None:
            continue
        named = resource_behind(graph, leaf, Node)
        target = named if isinstance(named, Node) else None
        if target is None:
            # What is spelled alike is one source, so that its readers meet in one node.
            name = spelled(leaf)
            known = f"source:{name}" if name else f"{mapping.id}/source"
            target = graph.node(known) or graph.add(
                External(
                    id=known,
                    name=_words(leaf),
                    type="",
                    span=leaf.trail[-1] if leaf.trail else mapping.span,
                    arn=leaf,
                )
            )
        graph.connect(
            Edge(kind=EdgeKind.POLLS, source=mapping, target=target, guard=guard, place=mapping.at("source", leaf))
        )


def _words(leaf: Leaf) -> str:
    return str(leaf.value) if isinstance(leaf, Known) else ""
