"""Roles and their policies: every way in which a document comes to a role, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from ...iam.policy import read_statements
from ...load.resource import POLICY_KIND, Resource
from ...model.edges import Edge, EdgeKind
from ...model.guard import ALWAYS, Guard
from ...model.nodes import Node, Origin, Policy, PolicyKind, Role
from ...model.read import elements, entry, openness, text_of
from ...model.record import field, record
from ...model.span import Span
from ...model.value import (
    CLOSED,
    Fields,
    Items,
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
)
from ..graph import Graph

ROLE_TYPES = ("AWS::IAM::Role", "aws_iam_role")
STANDALONE = {
    "AWS::IAM::Policy": ("PolicyDocument", "Roles", "PolicyName"),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", "Roles", "ManagedPolicyName"),
    "AWS::IAM::RolePolicy": ("PolicyDocument", "RoleName", "PolicyName"),
    "aws_iam_role_policy": ("policy", "role", "name"),
    "aws_iam_policy": ("policy", "", "name"),
}
ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_policy_attachment": ("roles", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}


@record(frozen=False)
class _Roles:
    """The roles of a graph, and what makes the lists of their policies incomplete."""

    graph: Graph
    by_name: dict[str, Role] = field(default_factory=dict)

    def find(self, value: Value) -> Iterable[tuple[Guard, Role | Unknown | None]]:
        """Yield the roles that a value names: by reference, by literal name; None for a role outside the project."""
        for guard, leaf in elements(value):
            if isinstance(leaf, Unknown):
                yield guard, leaf
                continue
            content = leaf.value
            if isinstance(content, Reference):
                node = self.graph.node(content.address)
                yield guard, node if isinstance(node, Role) else None
            elif isinstance(content, Pattern):
                yield guard, next((role for role in map(self._referred, content.parts) if role is not None), None)
            else:
                yield guard, self.by_name.get(text_of(leaf) or "")

    def _referred(self, part: object) -> Role | None:
        node = self.graph.node(part.address) if isinstance(part, Reference) else None
        return node if isinstance(node, Role) else None


def attach_policies(graph: Graph, resources: Iterable[Resource], is_terraform: bool, openness: Openness) -> None:
    """Make the roles and policies of a project and hang every statement on the roles that it reaches.

    ``openness`` says why any role may have policies that are not among the resources.
    """
    listed = list(resources)
    roles = _Roles(graph)
    for resource in listed:
        if resource.type in ROLE_TYPES:
            _add_role(graph, roles, resource, is_terraform, openness)
    policies: dict[str, Policy] = {}
    for resource in listed:
        if resource.type in STANDALONE:
            _add_standalone(graph, roles, policies, resource)
    for resource in listed:
        if resource.type in ROLE_TYPES:
            role = graph.node(resource.address)
            names = ("managed_policy_arns",) if is_terraform else ("ManagedPolicyArns",)
            if isinstance(role, Role):
                for name in names:
                    _attach_by_arn(graph, policies, role, resource.properties.get(name), ALWAYS, resource)
        elif resource.type in ATTACHMENTS:
            role_property, arn_property = ATTACHMENTS[resource.type]
            attached = resource.properties.get(arn_property)
            for guard, found in roles.find(resource.properties.get(role_property)):
                if isinstance(found, Role):
                    _attach_by_arn(graph, policies, found, attached, guard & resource.guard, resource)
                elif isinstance(found, Unknown):
                    _open_all(graph, found, resource.span)
        elif resource.unseen:
            _give_roles(graph, resource)


def _give_roles(graph: Graph, stack: Resource) -> None:
    """Open the roles that a nested stack which is not at hand is given: it may attach policies to them."""
    pending = [stack.properties.get("Parameters")]
    while pending:
        for _, leaf in branches(pending.pop()):
            if isinstance(leaf, Unknown):
                if leaf.symbol is None:
                    _open_all(graph, leaf, stack.span)
                continue
            content = leaf.value
            if isinstance(content, Items):
                pending += [item.value for item in content.items]
            elif isinstance(content, Fields):
                pending += content.values.values()
            parts = content.parts if isinstance(content, Pattern) else (content,)
            for role in [graph.node(part.address) for part in parts if isinstance(part, Reference)]:
                if isinstance(role, Role):
                    _note_openness(role, Open(f"the nested stack '{stack.name}' is given the role", stack.span))


def _add_role(graph: Graph, roles: _Roles, resource: Resource, is_terraform: bool, unseen: Openness) -> None:
    properties = Known(resource.properties)
    names = (
        ("name", "assume_role_policy", "permissions_boundary", "inline_policy", "policy", "name")
        if is_terraform
        else ("RoleName", "AssumeRolePolicyDocument", "PermissionsBoundary", "Policies", "PolicyDocument", "PolicyName")
    )
    role_name, trust, boundary, inline, document, policy_name = names
    trust_document = resource.properties.get(trust)
    statements, trust_openness = read_statements(
        trust_document,
        identifier=f"{resource.address}/trust",
        name=resource.name or resource.address,
        span=resource.span,
        origin=resource.origin,
        policy_kind=PolicyKind.INLINE,
    )
    role = Role(
        id=resource.address,
        name=resource.name or resource.address,
        type=resource.written_as or resource.type,
        span=resource.span,
        guard=resource.guard,
        origin=resource.origin,
        unknown_count=resource.unknown_count,
        generated=resource.generated,
        spellings={
            "role_name": role_name,
            "trust": trust,
            "boundary": boundary,
            "managed_policies": "managed_policy_arns"
            if is_terraform
            else resource.spellings.get("ManagedPolicyArns", "ManagedPolicyArns"),
        },
        role_name=resource.properties.get(role_name),
        trust=trust_document,
        trust_statements=statements,
        trust_openness=trust_openness,
        boundary=resource.properties.get(boundary),
        managed_policies=resource.properties.get("managed_policy_arns" if is_terraform else "ManagedPolicyArns"),
        policies_openness=resource.properties.openness or unseen,
    )
    plain = graph.node(resource.address)
    if plain is not None:
        graph.replace(plain, role)
    literal = text_of(role.role_name) if isinstance(role.role_name, Known) else None
    if literal:
        roles.by_name[literal] = role
    listed = entry(properties, inline)
    _note_openness(role, openness(listed))
    for index, (guard, item) in enumerate(elements(listed)):
        if not (isinstance(item, Known) and isinstance(item.value, Fields)):
            _note_openness(role, Open("a policy of the role can't be known", item.trail[-1] if item.trail else None))
            continue
        policy = add_policy(
            graph,
            identifier=f"{resource.address}/policy[{index}]",
            name=role.name,
            type_name=resource.type,
            span=item.trail[-1] if item.trail else resource.span,
            guard=guard & resource.guard,
            origin=resource.origin,
            policy_name=entry(item, policy_name),
            document=entry(item, document),
            kind=_kind_of(item, PolicyKind.INLINE),
        )
        _grant(graph, role, policy, guard)


def add_policy(
    graph: Graph,
    *,
    identifier: str,
    name: str,
    type_name: str,
    span: Span,
    guard: Guard,
    origin: Origin,
    policy_name: Value,
    document: Value,
    kind: PolicyKind,
    replaces: Node | None = None,
) -> Policy:
    """Put a policy and its statements into the graph, in the place of ``replaces`` where a plain node stands for it."""
    statements, incomplete = read_statements(
        document, identifier=identifier, name=name, span=span, origin=origin, policy_kind=kind
    )
    policy = Policy(
        id=identifier,
        name=name,
        type=type_name,
        span=span,
        guard=guard,
        origin=origin,
        policy_name=policy_name,
        policy_kind=kind,
        document=document,
        openness=incomplete,
    )
    if replaces is not None:
        graph.replace(replaces, policy)
    else:
        graph.add(policy)
    for statement in statements:
        graph.add(statement)
        graph.connect(Edge(kind=EdgeKind.GRANTS, source=policy, target=statement))
    return policy


def _add_standalone(graph: Graph, roles: _Roles, policies: dict[str, Policy], resource: Resource) -> None:
    document, attached, name = STANDALONE[resource.type]
    policy = add_policy(
        graph,
        identifier=resource.address,
        name=resource.name or resource.address,
        type_name=resource.written_as or resource.type,
        span=resource.span,
        guard=resource.guard,
        origin=resource.origin,
        policy_name=resource.properties.get(name),
        document=resource.properties.get(document),
        kind=_kind_of(Known(resource.properties), _STANDALONE_KINDS.get(resource.type, PolicyKind.INLINE)),
        replaces=graph.node(resource.address),
    )
    policies[resource.address] = policy
    if not attached:
        return
    for guard, role in roles.find(resource.properties.get(attached)):
        if isinstance(role, Role):
            _grant(graph, role, policy, guard & resource.guard)
        elif isinstance(role, Unknown):
            _open_all(graph, role, resource.span)


def _attach_by_arn(
    graph: Graph, policies: dict[str, Policy], role: Role, value: Value, guard: Guard, resource: Resource
) -> None:
    """Attach managed policies by ARN or by reference. One that is not here leaves the role's list open."""
    _note_openness(role, openness(value))
    for inner, leaf in elements(value):
        policy = _policy_behind(graph, policies, leaf, resource)
        if policy is None:
            _note_openness(
                role, Open(f"the policy {_shown(leaf)} is not in this project", leaf.trail[-1] if leaf.trail else None)
            )
        else:
            _grant(graph, role, policy, guard & inner)


def _policy_behind(graph: Graph, policies: dict[str, Policy], leaf: Leaf, resource: Resource) -> Policy | None:
    if not isinstance(leaf, Known):
        return None
    content = leaf.value
    if isinstance(content, Reference):
        return policies.get(content.address)
    text = (
        "".join(part if isinstance(part, str) else "*" for part in content.parts)
        if isinstance(content, Pattern)
        else text_of(leaf)
    )
    if not text or ":policy/" not in text:
        return None
    arn = "arn:aws:iam::aws:policy/" + text.split(":policy/", 1)[1]
    if "*" in arn or "::aws:" not in text:
        return None
    identifier = f"{resource.address}/{arn}"
    known = graph.node(identifier)
    if isinstance(known, Policy):
        return known
    from ...iam.managed import managed_policy  # the tables are opened only when a policy of AWS's is met

    document = managed_policy(arn)
    if document is None:
        return None
    return add_policy(
        graph,
        identifier=identifier,
        name=arn.split(":policy/", 1)[1],
        type_name="",
        span=leaf.trail[-1] if leaf.trail else resource.span,
        guard=ALWAYS,
        origin=Origin.AWS,
        policy_name=Known(arn.rsplit("/", 1)[1]),
        document=document,
        # What a transform attaches by itself is no choice of the user's.
        kind=PolicyKind.GENERATED if leaf.provenance is Provenance.SERVICE else PolicyKind.AWS,
    )


_STANDALONE_KINDS = {"AWS::IAM::ManagedPolicy": PolicyKind.CUSTOMER, "aws_iam_policy": PolicyKind.CUSTOMER}


def _kind_of(policy: Value, otherwise: PolicyKind) -> PolicyKind:
    """Return how a policy came about: a loader that generates one says so in an entry of its own."""
    text = _text_of_entry(policy, POLICY_KIND)
    return PolicyKind(text) if text is not None else otherwise


def _text_of_entry(value: Value, name: str) -> str | None:
    found = entry(value, name)
    return text_of(found) if isinstance(found, (Known, Unknown)) else None


def _grant(graph: Graph, role: Role, policy: Policy, guard: Guard) -> None:
    graph.connect(Edge(kind=EdgeKind.ATTACHED_TO, source=policy, target=role, guard=guard))
    _note_openness(role, policy.openness)
    for edge in graph.out(policy, EdgeKind.GRANTS):
        graph.connect(Edge(kind=EdgeKind.GRANTS, source=role, target=edge.target, guard=guard & policy.guard))


def _note_openness(role: Role, why: Openness) -> None:
    if role.policies_openness is CLOSED and why is not CLOSED:
        role.policies_openness = why


def _open_all(graph: Graph, unknown: Unknown, where: Span) -> None:
    """A policy goes to a role that can't be known: it may be any of them."""
    for role in graph.all(Role):
        _note_openness(role, Open(f"a policy is attached to a role that can't be known ({unknown.why})", where))


def _shown(leaf: Leaf) -> str:
    text = text_of(leaf)
    return f"'{text}'" if text else "here"
