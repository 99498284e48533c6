"""The policies of users, groups, permission sets, devices … and documents that nothing of the project uses.

No function runs as one of these, so no question about a function's permissions meets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ...iam.policy import read_statements
from ...load.resource import Resource
from ...model.edges import Edge, EdgeKind
from ...model.guard import ALWAYS, Guard
from ...model.node import Node
from ...model.nodes import Plain, Policy, PolicyKind, Role, Statement
from ...model.read import elements, text_of
from ...model.span import Span
from ...model.value import Known, Pattern, Reference, Value, innermost, is_absent
from ..graph import Graph
from .access import add_policy
from .table import at_path, property_name
from .tables.policies import IDENTITIES, IdentityPolicy

NAMES: Final = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::User": "UserName",
    "aws_iam_group": "name",
    "aws_iam_user": "name",
}
"""Identities that others may call by their literal name, and the property that holds it."""

HOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "AWS::IAM::ManagedPolicy": ("Users", "Groups"),
    "AWS::IAM::Policy": ("Users", "Groups"),
}
"""Policies that name who gets them."""

ATTACHMENTS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "AWS::IAM::Group": ((), "ManagedPolicyArns"),
    "AWS::IAM::User": ((), "ManagedPolicyArns"),
    "aws_iam_group_policy_attachment": (("group",), "policy_arn"),
    "aws_iam_policy_attachment": (("users", "groups"), "policy_arn"),
    "aws_iam_user_policy_attachment": (("user",), "policy_arn"),
    "aws_organizations_policy_attachment": (("target_id",), "policy_id"),
}
"""What attaches a policy that stands apart: who gets it (the resource itself, if nobody is named), and which."""


def attach_identity_policies(graph: Graph, resources: Sequence[Resource]) -> None:
    """Make the policies of identities that are no roles, and lead every policy of the project to those that have it."""
    listed = [one for one in resources if one.type in IDENTITIES or one.type in HOLDERS or one.type in ATTACHMENTS]
    if not listed:
        return
    named = _named(graph, resources)
    for resource in listed:
        row = IDENTITIES.get(resource.type)
        if row is not None:
            _add(graph, resource, row, named)
        policy = graph.node(resource.address)
        if isinstance(policy, Policy):
            for name in HOLDERS.get(resource.type, ()):
                _hold(graph, policy, resource.properties.get(name), name, resource.guard, named)
    for resource in listed:
        if resource.type in ATTACHMENTS:
            holders, which = ATTACHMENTS[resource.type]
            for guard, node in _behind(graph, resource.properties.get(which)):
                if not isinstance(node, Policy):
                    continue
                if not holders:
                    _connect(graph, node, graph.node(resource.address), guard & resource.guard)
                for holder in holders:
                    _hold(graph, node, resource.properties.get(holder), holder, guard & resource.guard, named)


def _named(graph: Graph, resources: Iterable[Resource]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for resource in resources:
        name = resource.properties.get(NAMES[resource.type]) if resource.type in NAMES else None
        text = text_of(name) if isinstance(name, Known) else None
        node = graph.node(resource.address)
        if text and node is not None:
            found[f"{_sort(resource.type)} {text}"] = node
    return found


def _sort(words: str) -> str:
    """Return whether a type or a property speaks of users or of groups: one name may stand for one of each."""
    return "group" if "group" in words.lower() else "user"


def _add(graph: Graph, resource: Resource, row: IdentityPolicy, named: dict[str, Node]) -> None:
    whole = Known(resource.properties)
    apart = bool(row.holder) or row.managed
    documents = elements(at_path(whole, row.document)) if "[]" in row.document else [(ALWAYS, at_path(whole, row.document))]
    for number, (guard, document) in enumerate(documents):
        if is_absent(document) and not apart:
            continue
        policy = add_policy(
            graph,
            identifier=resource.address if apart else f"{resource.address}/policy[{number}]",
            name=resource.name or resource.address,
            type_name=resource.written_as or resource.type,
            span=resource.span if apart else innermost(document) or resource.span,
            guard=resource.guard & guard,
            origin=resource.origin,
            policy_name=at_path(whole, row.name) if row.name and apart else Known(None),
            document=document,
            kind=PolicyKind.CUSTOMER if row.managed else PolicyKind.INLINE,
            replaces=graph.node(resource.address) if apart else None,
        )
        policy.spellings = {"document": property_name(row.document)}
        if row.holder:
            _hold(graph, policy, resource.properties.get(row.holder), row.holder, resource.guard, named)
        elif not apart:
            _connect(graph, policy, graph.node(resource.address), policy.guard)


def _hold(graph: Graph, policy: Policy, value: Value, words: str, guard: Guard, named: dict[str, Node]) -> None:
    """Lead a policy to what a property (called ``words``) names."""
    for inner, node in _behind(graph, value):
        if isinstance(node, str):
            node = named.get(f"{_sort(words)} {node}")
        _connect(graph, policy, node, guard & inner)


def _behind(graph: Graph, value: Value) -> Iterator[tuple[Guard, Node | str | None]]:
    """Yield the resources that a value refers to, or the literal names that it holds."""
    for guard, leaf in elements(value):
        content = leaf.value if isinstance(leaf, Known) else None
        parts = content.parts if isinstance(content, Pattern) else (content,)
        address = next((part.address for part in parts if isinstance(part, Reference)), None)
        if address is not None:
            yield guard, graph.node(address)
        else:
            yield guard, text_of(leaf)


def _connect(graph: Graph, policy: Policy, holder: Node | str | None, guard: Guard) -> None:
    if isinstance(holder, Plain):
        graph.connect(Edge(kind=EdgeKind.ATTACHED_TO, source=policy, target=holder, guard=guard))


def add_documents(graph: Graph, documents: Iterable[Resource]) -> None:
    """Add the documents of which no policy of the project has a statement.

    One that takes in another comes before it, so that each statement is there once.
    """
    held: set[Span] = {one.span for one in graph.all(Statement)}
    held.update(statement.span for role in graph.all(Role) for statement in role.trust_statements)
    unused: list[tuple[Resource, list[Span]]] = []
    for document in documents:
        statements, _ = read_statements(
            document.properties.get("json"), identifier=document.address, name=document.name, span=document.span
        )
        spans = [statement.span for statement in statements]
        if spans and held.isdisjoint(spans):
            unused.append((document, spans))
    for document, spans in sorted(unused, key=lambda one: -len(one[1])):
        if held.issuperset(spans):
            continue
        held.update(spans)
        add_policy(
            graph,
            identifier=document.address,
            name=document.name or document.address,
            type_name=document.type,
            span=document.span,
            guard=document.guard,
            origin=document.origin,
            policy_name=Known(None),
            document=document.properties.get("json"),
            kind=PolicyKind.DOCUMENT,
        )
