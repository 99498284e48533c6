"""One project's resources → one graph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from ...load.resource import Loaded, Resource
from ...model.edges import Edge, EdgeKind
from ...model.facts import EnvironmentRead, Handler, Reachable
from ...model.guard import Guard
from ...model.nodes import Api, Code, CodeKind, Distribution, Function, Layer, Missing, Node, Plain, Version
from ...model.read import boolean_of
from ...model.record import replace
from ...model.span import Span
from ...model.value import CLOSED, Fields, Items, Known, Open, Pattern, Reference, Value, branches, is_absent, jointly
from ..callee import QUALIFIED
from ..graph import Graph
from ..link import link
from .access import attach_policies
from .distribution import add_associations
from .identities import add_documents, attach_identity_policies
from .openapi import add_routes
from .resource_policies import attach_resource_policies
from .table import CLOUDFORMATION, TERRAFORM, Kind, make_node, make_parts
from .tables import kinds_by_type
from .workflow import add_tasks

CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
_HANDLER_BRANCHES = 8
"""How many combinations of code, handler and runtime of one function are followed."""


class Analyser(Protocol):
    """What reads handler source: given the code and the handler's name, the facts."""

    def analyse(self, code: Code, handler: Value, runtime: Value, *, guard: Guard, identifier: str, place: Span) -> Handler:
        """Return the handler that ``code`` and ``handler`` lead to, found or not."""

    def holds_extension(self, code: Code) -> bool:
        """Return whether the content of a layer brings programs that Lambda starts by itself."""


def build_graph(loaded: Loaded, analyser: Analyser | None = None) -> Graph:
    """Return the graph of a loaded project: nodes by the provider's table, then everything joined."""
    incomplete = CLOSED
    if loaded.open_types or loaded.incomplete:
        incomplete = Open(*loaded.incomplete[0]) if loaded.incomplete else Open("a file of the project could not be read")
    graph = Graph(loaded.root, loaded.kind, incomplete)
    graph.provider_version = loaded.provider_version
    for what, span in loaded.incomplete:
        graph.add(Missing(id=f"missing:{span.path}:{span.line}:{span.column}", name=what, type="", span=span))
    is_terraform = loaded.kind.startswith("terraform")
    column = TERRAFORM if is_terraform else CLOUDFORMATION
    resources = {resource.address: resource for resource in loaded.resources}
    for resource in loaded.resources:
        _add(graph, resource, column)
    _add_dependencies(graph, resources)
    for value in (*loaded.outputs.values(), *loaded.exports.values()):
        for reference in _references(value):
            graph.mentioned.add(reference.address)
            _mention_version(graph, reference)
    # A nested stack that is not at hand is asked what it is given; whatever else is not at hand may be about any role.
    attach_policies(graph, loaded.resources, is_terraform, incomplete if loaded.open_types else CLOSED)
    attach_resource_policies(graph, loaded.resources)
    attach_identity_policies(graph, loaded.resources)
    add_documents(graph, loaded.documents)
    add_tasks(graph)
    link(graph)
    _note_stacks(graph, resources)
    if analyser is not None:
        for layer in graph.all(Layer):
            layer.extension = any(analyser.holds_extension(code) for _, code in layer.code)
        for function in graph.all(Function):
            _run_handlers(graph, function, analyser)
            _note_layers(graph, function)
    return graph


def _note_layers(graph: Graph, function: Function) -> None:
    """Say that a layer is not on disk, where the function's handler imports a module that only the layer can bring."""
    if is_absent(function.layers):
        return
    lacking = sorted(
        {
            one.module.partition(".")[0]
            for edge in graph.out(function, EdgeKind.RUNS)
            # A module that is known to call nothing of AWS leaves nothing open.
            if isinstance(edge.target, Handler) and edge.target.needs_openness is not CLOSED
            for one in edge.target.imports
            if not one.provided and not one.protected and one.reachable is Reachable.YES
        }
    )
    if lacking:
        modules = ", ".join(f"'{name}'" for name in lacking[:3])
        graph.add(
            Missing(
                id=f"missing-layer:{function.id}",
                name=f"layer that brings {modules} to function '{function.name}'",
                type="",
                span=function.at("layers").span,
                guard=function.guard,
                within=function.within,
                is_layer=True,
            )
        )


def _note_stacks(graph: Graph, resources: Mapping[str, Resource]) -> None:
    """Say of each node of a nested stack where it is nested; parts of a resource begin with its address."""
    if not any(resource.within for resource in resources.values()):
        return
    for node in graph.nodes.values():
        owner = resources.get(re.split("[/#:]", node.id, maxsplit=1)[0])
        if owner is not None:
            node.within = owner.within


_PLAIN = Kind(Plain, "", "")


def _add(graph: Graph, resource: Resource, column: int) -> None:
    """Add the node of a resource and those that stand inside it."""
    known = kinds_by_type()
    type_name = CUSTOM_RESOURCE if resource.type.startswith("Custom::") else resource.type
    kind = known[type_name][0] if type_name in known else _PLAIN
    node = graph.add(make_node(resource, kind, column))
    for part in kind.parts:
        for inner in make_parts(resource, part, column):
            graph.add(inner)
    if isinstance(node, Function) and column == TERRAFORM:
        _add_published_version(graph, node, resource)
    elif isinstance(node, Distribution):
        add_associations(graph, node, resource, column)
    elif isinstance(node, Api):
        add_routes(graph, resource)


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


def _add_dependencies(graph: Graph, resources: Mapping[str, Resource]) -> None:
    for resource in resources.values():
        source = graph.node(resource.address)
        if source is None:
            continue
        after = (*resource.after, *(address for address in resource.depends_on if address not in graph.nodes))
        if after:
            graph.made_after[source.id] = after
        seen: set[str] = set()
        references = tuple(_references(Known(resource.properties)))
        for reference in references:
            _mention_version(graph, reference)
        for address in (*resource.depends_on, *(reference.address for reference in references)):
            target = graph.node(address)
            if target is not None and target is not source and address not in seen:
                seen.add(address)
                graph.connect(Edge(kind=EdgeKind.DEPENDS_ON, source=source, target=target))


def _mention_version(graph: Graph, reference: Reference) -> None:
    """Take note of a read of the version that Terraform publishes of a function."""
    if reference.attribute in QUALIFIED and f"{reference.address}:version" in graph.nodes:
        graph.mentioned.add(f"{reference.address}:version")


def _references(value: Value) -> Iterator[Reference]:
    """Yield what a value refers to, however deep. Depth is bounded by the loaders."""
    pending: list[Value] = [value]
    while pending:
        current = pending.pop()
        for _, leaf in branches(current):
            if not isinstance(leaf, Known):
                continue
            content = leaf.value
            if isinstance(content, Reference):
                yield content
            elif isinstance(content, Pattern):
                yield from (part for part in content.parts if isinstance(part, Reference))
            elif isinstance(content, Fields):
                pending += content.values.values()
            elif isinstance(content, Items):
                pending += (item.value for item in content.items)


def _run_handlers(graph: Graph, function: Function, analyser: Analyser) -> None:
    count = 0
    layers = _layer_folders(graph, function)
    for code_guard, code in function.code:
        if layers:
            code = replace(code, extra_paths=(*code.extra_paths, *layers))
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


def _layer_folders(graph: Graph, function: Function) -> tuple[str, ...]:
    """Return the folders of the layers of a function that are on disk, those of every situation, in their order."""
    layers = (edge.target for edge in graph.out(function, EdgeKind.USES_LAYER))
    codes = (code for layer in layers if isinstance(layer, Layer) for _, code in layer.code)
    return tuple(dict.fromkeys(code.path for code in codes if code.kind is CodeKind.FOLDER))


def _bind(graph: Graph, function: Function, read: EnvironmentRead) -> None:
    """Join a read of an environment variable to the resource that the configuration puts into the variable."""
    if not (isinstance(read.variable, Known) and isinstance(read.variable.value, str)):
        return
    for guard, target in graph.named(graph.environment_value(function, read.variable.value)):
        if isinstance(target, Node):
            graph.connect(Edge(kind=EdgeKind.BOUND_TO, source=read, target=target, guard=guard, name=read.variable.value))
