"""The policies of resources themselves: queue, topic, bucket, key, secret, layer … Their statements become nodes."""

from __future__ import annotations

from collections.abc import Iterable

from ...iam.policy import read_statements
from ...load.resource import Resource
from ...model.edges import Edge, EdgeKind
from ...model.guard import ALWAYS
from ...model.nodes import PolicyKind, ResourcePolicy
from ...model.read import elements
from ...model.value import Fields, Item, Items, Known, Reference, Unknown, Value, branches, choose, innermost, is_absent
from ..graph import Graph
from .table import at_path, property_name
from .tables.policies import INSIDE


def attach_resource_policies(graph: Graph, resources: Iterable[Resource]) -> None:
    """Read the document of every resource policy, and add those that stand inside the resource they are on."""
    for policy in graph.all(ResourcePolicy):
        _read(graph, policy)
    for resource in resources:
        for place, path in enumerate(INSIDE.get(resource.type, ())):
            found = at_path(Known(resource.properties), path)
            documents = elements(found) if "[]" in path else [(ALWAYS, found)]
            for number, (guard, document) in enumerate(documents):
                if is_absent(document):
                    continue
                policy = graph.add(
                    ResourcePolicy(
                        id=f"{resource.address}/policy" + (f"[{place}.{number}]" if place or number else ""),
                        name=resource.name or resource.address,
                        type=resource.written_as or resource.type,
                        span=innermost(document) or resource.span,
                        guard=resource.guard & guard,
                        origin=resource.origin,
                        spellings={"document": property_name(path), "resources": ""},
                        resources=Known(Reference(resource.address, "id"), (resource.span,)),
                        document=document,
                    )
                )
                _read(graph, policy)


def _read(graph: Graph, policy: ResourcePolicy) -> None:
    document = policy.document
    if policy.type == "AWS::Events::EventBusPolicy":
        document = _as_document(document)
    statements, policy.openness = read_statements(
        document,
        identifier=policy.id,
        name=policy.name,
        span=policy.span,
        origin=policy.origin,
        policy_kind=PolicyKind.RESOURCE,
        guard=policy.guard,
    )
    for statement in statements:
        graph.add(statement)
        graph.connect(Edge(kind=EdgeKind.GRANTS, source=policy, target=statement, guard=statement.guard))


def _as_document(statement: Value) -> Value:
    """A bus policy of CloudFormation is one statement, without a document around it."""
    return choose(
        (
            guard,
            leaf
            if isinstance(leaf, Unknown) or leaf.value is None
            else Known(Fields({"Statement": Known(Items((Item(leaf),)), leaf.trail)}), leaf.trail),
        )
        for guard, leaf in branches(statement)
    )
