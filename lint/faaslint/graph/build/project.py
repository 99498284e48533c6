"""One project's resources → one graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from ...load.resource import Loaded, Resource
from ...model.edges import Edge, EdgeKind
from ...model.facts import EnvironmentRead, Handler
from ...model.guard import Guard
from ...model.nodes import Code, EdgeAssociation, Function, Missing, Node, Plain, Version
from ...model.read import boolean_of, elements, entry, field
from ...model.span import Span
from ...model.value import CLOSED, Fields, Items, Known, Open, Pattern, Reference, Value, branches, jointly
from ..graph import Graph
from ..link import Wiring, link
from . import cloudformation, terraform
from .access import attach_policies
from .openapi import routes_of
from .table import Row, Wire, make_node

_HANDLER_BRANCHES = 8
"""How many combinations of code, handler and runtime of one function are followed."""


class Analyser(Protocol):
    """What reads handler source: given the code and the handler's name, the facts."""

    def analyse(self, code: Code, handler: Value, runtime: Value, *, guard: Guard, identifier: str, place: Span) -> Handler:
        """Return the handler that ``code`` and ``handler`` lead to, found or not."""


def build_graph(loaded: Loaded, analyser: Analyser | None = None) -> Graph:
    """Return the graph of a loaded project: nodes by the provider's table, then everything joined."""
    incomplete = CLOSED
    if loaded.open_types or loaded.incomplete:
        incomplete = Open(*loaded.incomplete[0]) if loaded.incomplete else Open("a file of the project could not be read")
    graph = Graph(loaded.root, loaded.kind, incomplete)
    for what, span in loaded.incomplete:
        graph.add(Missing(id=f"missing:{span.path}:{span.line}:{span.column}", name=what, type="", span=span))
    is_terraform = loaded.kind.startswith("terraform")
    rows = terraform.ROWS if is_terraform else cloudformation.ROWS
    wires = terraform.WIRES if is_terraform else cloudformation.WIRES
    resources = {resource.address: resource for resource in loaded.resources}
    for resource in loaded.resources:
        row = rows.get(resource.type)
        node = graph.add(make_node(resource, row if row is not None else Row(Plain)))
        if isinstance(node, Function) and is_terraform:
            _add_published_version(graph, node, resource)
        if resource.type in ("AWS::CloudFront::Distribution", "aws_cloudfront_distribution"):
            _add_edge_associations(graph, node, resource)
    _add_dependencies(graph, resources)
    attach_policies(graph, loaded.resources, is_terraform)
    link(graph, _wiring(graph, resources, wires))
    if analyser is not None:
        for function in graph.all(Function):
            _run_handlers(graph, function, analyser)
    return graph


def _add_published_version(graph: Graph, function: Function, resource: Resource) -> None:
    """Terraform publishes a version as a side effect of the function: ``publish = true``."""
    for guard, leaf in branches(resource.properties.get("publish")):
        if boolean_of(leaf) is not False and not (isinstance(leaf, Known) and leaf.value is None):
            version = graph.add(
                Version(
                    id=f"{function.id}:version",
                    name=function.name,
                    type=function.type,
                    span=function.span,
                    guard=function.guard & guard,
                    origin=function.origin,
                    spellings={"function": "publish"},
                    function=Known(Reference(function.id, "arn"), leaf.trail),
                )
            )
            graph.connect(Edge(kind=EdgeKind.PUBLISHES, source=function, target=version, guard=guard))


def _add_edge_associations(graph: Graph, distribution: Node, resource: Resource) -> None:
    properties = Known(resource.properties)
    if "DistributionConfig" in resource.properties.values:
        config = field(properties, "DistributionConfig")
        behaviours = [
            ("default behaviour", entry(config, "DefaultCacheBehavior")),
            ("behaviour", entry(config, "CacheBehaviors")),
        ]
        names = ("LambdaFunctionAssociations", "EventType", "LambdaFunctionARN", "IncludeBody", "PathPattern")
    else:
        behaviours = [
            ("default behaviour", entry(properties, "default_cache_behavior")),
            ("behaviour", entry(properties, "ordered_cache_behavior")),
        ]
        names = ("lambda_function_association", "event_type", "lambda_arn", "include_body", "path_pattern")
    associations, event_type, target, include_body, path = names
    count = 0
    for label, behaviour in behaviours:
        for outer, one in elements(behaviour):
            pattern = entry(one, path)
            described = (
                f"{label} {pattern.value}" if isinstance(pattern, Known) and isinstance(pattern.value, str) else label
            )
            for inner, association in elements(entry(one, associations)):
                if not (isinstance(association, Known) and isinstance(association.value, Fields)):
                    continue
                function = entry(association, target)
                node = graph.add(
                    EdgeAssociation(
                        id=f"{distribution.id}/association[{count}]",
                        name=distribution.name,
                        type=distribution.type,
                        span=function.trail[0] if function.trail else distribution.span,
                        guard=distribution.guard & outer & inner,
                        origin=distribution.origin,
                        spellings={"event_type": event_type, "function": target, "include_body": include_body},
                        distribution=distribution.id,
                        event_type=entry(association, event_type),
                        function=function,
                        include_body=entry(association, include_body),
                        behaviour=described,
                    )
                )
                count += 1
                graph.connect(Edge(kind=EdgeKind.ASSOCIATED_AT, source=distribution, target=node))


def _add_dependencies(graph: Graph, resources: Mapping[str, Resource]) -> None:
    for resource in resources.values():
        source = graph.node(resource.address)
        if source is None:
            continue
        seen: set[str] = set()
        for address in (*resource.depends_on, *_references(Known(resource.properties))):
            target = graph.node(address)
            if target is not None and target is not source and address not in seen:
                seen.add(address)
                graph.connect(Edge(kind=EdgeKind.DEPENDS_ON, source=source, target=target))


def _references(value: Value) -> Iterator[str]:
    """Yield the addresses that a value refers to, however deep. Depth is bounded by the loaders."""
    pending: list[Value] = [value]
    while pending:
        current = pending.pop()
        for _, leaf in branches(current):
            if not isinstance(leaf, Known):
                continue
            content = leaf.value
            if isinstance(content, Reference):
                yield content.address
            elif isinstance(content, Pattern):
                yield from (part.address for part in content.parts if isinstance(part, Reference))
            elif isinstance(content, Fields):
                pending += content.values.values()
            elif isinstance(content, Items):
                pending += (item.value for item in content.items)


def _wiring(graph: Graph, resources: Mapping[str, Resource], wires: Mapping[str, tuple[Wire, ...]]) -> Iterator[Wiring]:
    for resource in resources.values():
        yield from routes_of(graph, resource)
        for wire in wires.get(resource.type, ()):
            node = graph.node(resource.address)
            if node is None:
                continue
            whole: Value = Known(resource.properties)
            for guard, element in elements(field(whole, wire.each)) if wire.each else ((resource.guard, whole),):
                if not isinstance(element, Known):
                    continue
                if wire.where is not None and not _says(field(element, wire.where[0]), wire.where[1]):
                    continue
                target = field(element, wire.target)
                yield Wiring(
                    node,
                    target,
                    guard & resource.guard,
                    wire.principal,
                    field(element, wire.role) if wire.role else Known(None),
                    wire.name,
                    resource.spellings.get(wire.target, wire.target),
                )


def _says(value: Value, text: str) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str) and value.value.lower() == text.lower()


def _run_handlers(graph: Graph, function: Function, analyser: Analyser) -> None:
    count = 0
    for code_guard, code in function.code:
        for guard, (handler, runtime) in jointly(function.handler, function.runtime, given=code_guard):
            count += 1
            if count > _HANDLER_BRANCHES:
                return
            found = analyser.analyse(
                code,
                handler,
                runtime,
                guard=guard,
                identifier=function.id if count == 1 else f"{function.id}@{count}",
                place=function.at("handler", handler).span,
            )
            graph.add(found)
            graph.connect(Edge(kind=EdgeKind.RUNS, source=function, target=found, guard=guard))
            for call in found.calls:
                graph.connect(Edge(kind=EdgeKind.CALLS, source=found, target=graph.add(call)))
            for read in found.reads:
                graph.add(read)
                graph.connect(Edge(kind=EdgeKind.READS_ENV, source=found, target=read))
                _bind(graph, function, read)
            for client in found.clients:
                graph.add(client)


def _bind(graph: Graph, function: Function, read: EnvironmentRead) -> None:
    """Join a read of an environment variable to the resource that the configuration puts into the variable."""
    if not (isinstance(read.variable, Known) and isinstance(read.variable.value, str)):
        return
    for guard, target in graph.named(graph.environment_value(function, read.variable.value)):
        if isinstance(target, Node):
            graph.connect(Edge(kind=EdgeKind.BOUND_TO, source=read, target=target, guard=guard, name=read.variable.value))
