"""The minimal policy of a function, and how its role differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ..graph import Graph
from ..iam.actions import resource_fits
from ..iam.grants import Grants, coverage
from ..iam.match import Answer
from ..model.edges import EdgeKind
from ..model.finding import Withheld
from ..model.node import CodeKind
from ..model.nodes import Function, Origin, PolicyKind, Role
from ..model.privilege import FittingTemplate, FunctionPrivilege, GrantedPermission, NeededPermission, PolicyStatement
from ..model.read import text_of
from ..model.record import replace
from ..model.span import Span
from ..model.value import Known, Leaf, Open, Openness, Pattern, Unknown, is_absent
from .comparison import Grant, certain_needs, granted_by, is_missing, resources_of_statement, use_of
from .fitting import fitting_template
from .grants import grants_of, roles_of
from .needs import FunctionNeeds, NeedOrigin, Required, needs_of_function, others_assume
from .written import ANYTHING, PSEUDO, Author, resource_text

SIBLINGS_OF: Final = frozenset({PolicyKind.AWS, PolicyKind.TEMPLATE, PolicyKind.CONNECTOR})
"""Kinds of policy that come as a whole: their further actions can't be taken out one by one."""


class _Wanted(NamedTuple):
    """One permission of the minimal policy."""

    action: str
    resources: tuple[Leaf, ...]
    need: Required


def privilege_of(function: Function, graph: Graph) -> FunctionPrivilege:
    """Return what a function needs, what its role grants, the difference and the minimal policy."""
    needs = needs_of_function(function, graph)
    roles = [role for _, role in roles_of(function, graph)]
    role = roles[0] if len(roles) == 1 and isinstance(roles[0], Role) else None
    grants = grants_of(role, graph) if role is not None else None
    author = Author(graph, function)
    wanted = list(_wanted(needs, grants, author))
    handlers = graph.handlers_of(function)
    code = next((code for _, code in function.code if code.kind in (CodeKind.FOLDER, CodeKind.FILE)), None)
    found = FunctionPrivilege(
        function=function.name,
        address=function.id,
        language=graph.kind,
        span=function.span,
        handler=text_of(function.handler) or "" if isinstance(function.handler, (Known, Unknown)) else "",
        code_path=handlers[0][1].path if handlers and handlers[0][1].path else code.path if code is not None else "",
        needed_openness=needs.openness,
        granted_openness=_granted_openness(roles, grants),
        needed=tuple(_listed(wanted)),
        statements=_statements(wanted),
    )
    if role is None or grants is None:
        return found
    templates, rest = _for_sam(wanted, grants, author) if role.origin is Origin.SAM else ((), ())
    granted = list(granted_by(grants))
    used_together = _needs_of_sharers(role, function, needs, graph)
    unused, broader = _excess(granted, used_together, wanted, grants, author)
    return replace(
        found,
        granted=tuple(_shown(grant, author) for grant in granted),
        missing=tuple(_listed(_missing(needs, wanted, grants, role, graph))),
        unused=tuple(_shown(grant, author) for grant in unused),
        broader=tuple(_shown(grant, author) for grant in broader),
        serverless=role.origin is Origin.SAM,
        templates=templates,
        rest=rest,
        role=role.id,
    )


def _for_sam(
    wanted: list[_Wanted], grants: Grants, author: Author
) -> tuple[tuple[FittingTemplate, ...], tuple[PolicyStatement, ...]]:
    """Return what stands under ``Policies`` of a SAM function: templates that fit, and statements for the rest.

    What the transform adds for features and events by itself is left out.
    """
    transformed = grants.only(one for one in grants.statements if one.policy_kind is PolicyKind.GENERATED)
    left = [
        one
        for one in wanted
        if one.need.origin is not NeedOrigin.CONFIGURATION
        or transformed.allows(one.action, one.need.resource, one.need.guard).answer is Answer.NO
    ]
    by_node: dict[str, list[_Wanted]] = {}
    for one in left:
        named = author.node_of(grants.canonical(one.need.resource)) if one.need.resource is not None else None
        if named is not None and len(one.resources) == 1:
            by_node.setdefault(named[0].id, []).append(one)
    templates: list[FittingTemplate] = []
    done: set[int] = set()
    for address, group in by_node.items():
        node = author.graph.node(address)
        pairs = frozenset(
            (one.action, resource_text(one.need.resource or ANYTHING, author.graph).removesuffix("*")) for one in group
        )
        if node is None or not author.can_name(node):
            continue
        fitting = fitting_template(node, pairs, author.graph)
        if fitting is not None:
            templates.append(FittingTemplate(*fitting, _evidence(group)))
            done.update(map(id, group))
    return tuple(templates), _statements(one for one in left if id(one) not in done)


def _granted_openness(roles: list[Role | Withheld], grants: Grants | None) -> Openness:
    if grants is not None:
        return grants.openness
    if not roles:
        return Open("the function has no role that is known")
    if len(roles) > 1:
        return Open("which role it is depends on a condition")
    role = roles[0]
    return Open(role.why, role.where) if isinstance(role, Withheld) else None


def _needs_of_sharers(role: Role, function: Function, own: FunctionNeeds, graph: Graph) -> FunctionNeeds:
    """What another function with the same role needs is no excess of the role."""
    required = list(own.required)
    unknown = own.openness
    if unknown is None and others_assume(role):
        unknown = Open("others than Lambda may assume the role", role.span)
    for edge in graph.into(role, EdgeKind.ASSUMES):
        if isinstance(edge.source, Function) and edge.source is not function:
            others = needs_of_function(edge.source, graph)
            required += others.required
            unknown = unknown or others.openness
    return FunctionNeeds(tuple(required), unknown)


def _wanted(needs: FunctionNeeds, grants: Grants | None, author: Author) -> Iterator[_Wanted]:
    for need in certain_needs(needs.required):
        yield _Wanted(need.action, _resources(need, grants, author), need)


def _resources(need: Required, grants: Grants | None, author: Author) -> tuple[Leaf, ...]:
    """Return the resources to grant a need on.

    What the source does not name is left as the role has it now, so that a minimal policy never grants more than before.
    """
    if grants is not None and _has_holes(need.resource):
        kept: dict[str, Leaf] = {}
        for statement in grants.granting(need.action):
            for leaf in resources_of_statement(statement):
                if text_of(leaf) == "*" or grants.covers(leaf, need.resource) is Answer.NO:
                    continue
                if resource_fits(need.action, grants.canonical(leaf)) is Answer.NO:
                    continue
                resource = author.write(grants.canonical(leaf))
                kept[str(resource)] = resource
        if kept:
            # Beside all that is in a bucket the bucket itself is left out: its name may only look like that of an object.
            inside = {text.removesuffix("/*") for text in map(_shown_text, kept.values()) if text.endswith("/*")}
            return tuple(leaf for leaf in kept.values() if _shown_text(leaf) not in inside)
    return (author.write(need.resource),)


def _shown_text(leaf: Leaf) -> str:
    return str(leaf.value) if isinstance(leaf, Known) else ""


def _has_holes(resource: Leaf | None) -> bool:
    """Return whether something that no template can fill in is left open in a resource."""
    if resource is None or isinstance(resource, Unknown):
        return True
    if not isinstance(resource.value, Pattern):
        return False
    return any(isinstance(part, Unknown) and part.symbol not in PSEUDO for part in resource.value.parts)


def _statements(wanted: Iterable[_Wanted]) -> tuple[PolicyStatement, ...]:
    """Join what has the same resources into one statement, in the order in which it is first needed."""
    by_resources: dict[str, list[_Wanted]] = {}
    for one in wanted:
        by_resources.setdefault("\n".join(sorted(map(str, one.resources))), []).append(one)
    return tuple(
        PolicyStatement(
            tuple(sorted({one.action for one in group})),
            group[0].resources,
            _evidence(group),
        )
        for group in by_resources.values()
    )


def _evidence(group: Iterable[_Wanted]) -> tuple[tuple[str, Span], ...]:
    return tuple(dict.fromkeys((f"{one.action}: {one.need.why}", one.need.span) for one in group))


def _listed(wanted: Iterable[_Wanted]) -> Iterator[NeededPermission]:
    """Join the needs of one action by one origin."""
    groups: dict[tuple[str, NeedOrigin], list[_Wanted]] = {}
    for one in wanted:
        groups.setdefault((one.action, one.need.origin), []).append(one)
    for (action, origin), group in sorted(groups.items()):
        resources = {str(leaf): leaf for one in group for leaf in one.resources}
        yield NeededPermission(
            action,
            tuple(resources.values()),
            origin.value,
            tuple(dict.fromkeys(one.need.span for one in group)),
            group[0].need.why,
        )


def _missing(needs: FunctionNeeds, wanted: list[_Wanted], grants: Grants, role: Role, graph: Graph) -> Iterator[_Wanted]:
    for one in wanted:
        if is_missing(one.need, grants, role, graph):
            yield one


def _shown(grant: Grant, author: Author) -> GrantedPermission:
    return GrantedPermission(
        grant.action,
        tuple(author.shown(leaf) for leaf in resources_of_statement(grant.statement)),
        grant.statement.policy_kind.value,
        _place(grant),
        not is_absent(grant.statement.condition),
    )


def _place(grant: Grant) -> Span:
    return grant.leaf.trail[-1] if grant.leaf.trail else grant.statement.span


def _excess(
    granted: list[Grant], needs: FunctionNeeds, wanted: list[_Wanted], grants: Grants, author: Author
) -> tuple[list[Grant], list[Grant]]:
    """Return what of the granted nothing needs, and what allows more than the need that it covers.

    Nothing is said of either while there may be further needs, but of a wildcard that nothing can need in full.
    """
    unused: list[Grant] = []
    broader: list[Grant] = []
    for grant in granted:
        if grant.statement.policy_kind is PolicyKind.GENERATED:
            # What a transform or a module attaches by itself, nobody can take out.
            continue
        use = use_of(grant, needs)
        if not use.used:
            if needs.openness is None:
                unused.append(grant)
        elif (
            grant.action.endswith(":*")
            or grant.action == "*"
            or (
                needs.openness is None
                and ((use.unneeded and grant.statement.origin is not Origin.AWS) or _is_wider(grant, wanted, grants))
            )
        ):
            broader.append(grant)
    return unused, broader


def _is_wider(grant: Grant, wanted: list[_Wanted], grants: Grants) -> bool:
    """Return whether a statement names everything, where the needs of its actions name something."""
    if grant.statement.policy_kind in SIBLINGS_OF or not is_absent(grant.statement.condition):
        return False
    if not any(text_of(leaf) == "*" for leaf in resources_of_statement(grant.statement)):
        return False
    covered = [one for one in wanted if coverage(grant.statement, one.action, None).answer is not Answer.NO]
    return bool(covered) and all(ANYTHING not in one.resources for one in covered)
