"""What the roles of a function grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from ..graph import Graph
from ..graph.identity import canonical
from ..iam.grants import Grants
from ..iam.managed import managed_policy
from ..iam.match import NOTHING_GIVEN, Answer, Given
from ..iam.policy import read_statements
from ..model.edges import EdgeKind
from ..model.finding import Withheld
from ..model.guard import NEVER, Guard
from ..model.nodes import Function, Policy, Role, Statement
from ..model.read import known_text_parts, text_of
from ..model.record import replace
from ..model.value import Known, Leaf, Open, Unknown, branches, is_absent
from .distinct import distinct


def roles_of(function: Function, graph: Graph) -> Iterator[tuple[Guard, Role | Withheld]]:
    """Yield the execution role of a function in each situation, or why it can't be known."""
    for guard, role in graph.roles_of(function):
        given = guard & function.guard
        if not given.satisfiable():
            continue
        if isinstance(role, Unknown):
            yield given, Withheld(role.why, role.trail[-1] if role.trail else function.span)
        else:
            yield given, role


def grants_of(role: Role, graph: Graph) -> Grants:
    """Return what a role may do, within its permissions boundary."""
    known: Grants | None = graph.answers.get(("grants", role.id))
    if known is None:
        known = graph.answers["grants", role.id] = _grants(role, graph)
    return known


def _grants(role: Role, graph: Graph) -> Grants:
    boundary: Grants | None = None
    given = region_of(role, graph)
    if not is_absent(role.boundary):
        boundary = made_grants(*_boundary(role, graph), graph=graph, given=given)
    statements = (
        statement if guard == statement.guard else replace(statement, guard=guard)
        for guard, statement in graph.statements_of(role)
    )
    return made_grants(statements, role.policies_openness, graph=graph, given=given, boundary=boundary)


def made_grants(
    statements: Iterable[Statement],
    openness: Open | None,
    *,
    graph: Graph,
    given: Given,
    boundary: Grants | None = None,
) -> Grants:
    """Return statements as grants that compare the resources of a graph."""
    return Grants(
        statements,
        openness,
        canonical=partial(canonical, graph),
        distinct=partial(distinct, graph),
        given=given,
        boundary=boundary,
    )


def region_of(role: Role, graph: Graph) -> Given:
    """Return the region that the functions of a role are created in as what is known of the hole for it."""
    functions = [edge.source for edge in graph.into(role, EdgeKind.ASSUMES) if isinstance(edge.source, Function)]
    regions = {text_of(leaf) for function in functions for _, leaf in branches(function.region)}
    region = regions.pop() if len(regions) == 1 else None
    return {"AWS::Region": region} if region else NOTHING_GIVEN


def _boundary(role: Role, graph: Graph) -> tuple[Iterable[Statement], Open | None]:
    leaf = role.boundary
    arn = known_text_parts(leaf) if isinstance(leaf, Known) else None
    if arn is not None and "::aws:policy/" in arn:
        document = managed_policy("arn:aws:iam::aws:policy/" + arn.partition(":policy/")[2])
        if document is not None:
            return read_statements(document, identifier=f"{role.id}/boundary", name=role.name, span=role.span)
    named = list(graph.named(role.boundary))
    policy = named[0][1] if len(named) == 1 else None
    if isinstance(policy, Policy):
        edges = graph.out(policy, EdgeKind.GRANTS)
        return [edge.target for edge in edges if isinstance(edge.target, Statement)], policy.openness
    return (), Open("the permissions boundary can't be read", role.at("boundary").span)


class Lack(NamedTuple):
    """When an action is certainly not allowed, and why that can't be known where it can't."""

    guard: Guard
    unknown: Withheld | None = None


def lack_of(grants: Grants, any_of: Iterable[str], resource: Leaf | None, given: Guard) -> Lack:
    """Return when a role lacks every one of some actions on a resource (None: on anything at all)."""
    lacking = given
    why: str | None = None
    for action in any_of:
        verdict = grants.allows(action, resource, given)
        lacking = lacking & (verdict.without if verdict.answer is not Answer.YES else NEVER)
        if verdict.answer is Answer.YES:
            return Lack(NEVER)
        if verdict.answer is Answer.MAYBE:
            why = why or verdict.why
    if lacking.satisfiable():
        return Lack(lacking)
    where = grants.openness.where if grants.openness is not None else None
    return Lack(NEVER, Withheld(why or "a statement may allow it", where))
