"""The difference between what a function needs and what its role grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ..graph import Graph
from ..iam.actions import STAR_ONLY, expand, matches
from ..iam.grants import Grants, Verdict
from ..iam.match import Answer
from ..model.facts import Reachable, SdkCall
from ..model.guard import Guard
from ..model.nodes import PolicyKind, Role, Statement
from ..model.read import elements, openness, text_of
from ..model.value import Known, Leaf, is_absent, jointly
from .calls import named_by
from .needs import FunctionNeeds, Required
from .resource_policies import lets_in

ANYTHING: Final = Known("*")


class Grant(NamedTuple):
    """One action, perhaps with wildcards, of a statement that allows it."""

    statement: Statement
    leaf: Leaf
    action: str
    guard: Guard


def granted_by(grants: Grants) -> Iterator[Grant]:
    """Yield what the Allow statements of a role say. ``NotAction`` is everything."""
    for statement in grants.statements:
        for guard, (effect,) in jointly(statement.effect, given=statement.guard):
            if text_of(effect) != "Allow":
                continue
            if not is_absent(statement.not_actions):
                yield Grant(statement, effect, "*", guard)
            for inner, leaf in elements(statement.actions):
                text = text_of(leaf)
                if text is not None and (guard & inner).satisfiable():
                    yield Grant(statement, leaf, text, guard & inner)


def is_missing(need: Required, grants: Grants, role: Role, graph: Graph, *, on_anything: bool = False) -> bool:
    """Return whether a certain need is certainly not granted, by the role or by the policy of the resource.

    ``on_anything`` asks only whether the action is granted on something.
    """
    if not need.certain or need.advised or (need.call is not None and need.call.reachable is not Reachable.YES):
        return False
    # Of an action without resource types the reference does not say that an ARN grants nothing: AWS's own templates do it.
    lenient = need.resource == ANYTHING and need.action.partition(":")[0] not in STAR_ONLY
    resource = None if on_anything or lenient else need.resource
    lacking = need.guard
    for action in (need.action, *need.others):
        verdict = grants.allows(action, resource, need.guard)
        if verdict.answer is Answer.YES:
            return False
        lacking = lacking & verdict.without
        if not lacking.satisfiable() or asks_first(need.call, grants.allows(action, None, need.guard), need.guard):
            return False
    node = named_by(need.resource, graph)
    return all(lets_in(action, role, graph, node, need.resource) is Answer.NO for action in (need.action, *need.others))


def asks_first(call: SdkCall | None, verdict: Verdict, given: Guard) -> bool:
    """Return whether a call whose action is allowed in some situations only may be made in those only.

    A template that grants something under a condition mostly tells the source of the condition, in a variable.
    """
    if call is None or call.always or not verdict.without.satisfiable():
        return False
    return (given & ~verdict.without).satisfiable()


class Use(NamedTuple):
    """What of a grant is needed: the actions that certainly or perhaps are, and existing actions that nothing needs."""

    used: tuple[str, ...]
    unneeded: tuple[str, ...]


def use_of(grant: Grant, needs: FunctionNeeds) -> Use:
    """Return what of a granted action is needed, and what of it is not. Only meaningful where the needs are complete."""
    actions = needs.actions()
    used = tuple(sorted(action for action in actions if matches(grant.action, action)))
    if "*" not in grant.action and "?" not in grant.action:
        return Use(used, () if used else (grant.action,))
    lowered = {action.lower() for action in used}
    return Use(used, tuple(action for action in expand(grant.action) if action.lower() not in lowered))


def resources_of_statement(statement: Statement) -> tuple[Leaf, ...]:
    """Return the resources that a statement names; ``*`` for ``NotResource`` or none."""
    if is_absent(statement.resources):
        return (ANYTHING,)
    listed = tuple(leaf for _, leaf in elements(statement.resources))
    return listed if openness(statement.resources) is None or listed else (ANYTHING,)


GENERATED: Final = frozenset({PolicyKind.AWS, PolicyKind.TEMPLATE, PolicyKind.CONNECTOR, PolicyKind.GENERATED})
"""Kinds of policy whose text the user did not write."""


def certain_needs(needs: Iterable[Required]) -> Iterator[Required]:
    """Yield what is surely needed, once for each action and resource."""
    seen: set[tuple[str, str]] = set()
    for need in needs:
        key = (need.action, str(need.resource))
        if need.certain and key not in seen:
            seen.add(key)
            yield need
