"""What the configuration of a function needs and its role does not grant: the common part of several rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer as Match
from faaslint.model.finding import Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, Node, Role
from faaslint.model.span import Location, Span
from faaslint.privilege.calls import named_by
from faaslint.privilege.configuration import ConfigurationNeed
from faaslint.privilege.grants import grants_of, lack_of, roles_of
from faaslint.privilege.resource_policies import lets_in

from .granted import nearest


class Lacking(NamedTuple):
    """Actions that a role lacks for one place of the configuration."""

    role: Role
    grants: Grants
    span: Span
    needs: tuple[ConfigurationNeed, ...]
    guard: Guard

    @property
    def actions(self) -> list[str]:
        """Return the actions, each once."""
        return list(dict.fromkeys(need.action for need in self.needs))

    def related(self, node: Node | None, what: str) -> list[Location]:
        """Return the places to show beside: the resource, as ``what`` it is, and the grants that come nearest."""
        named = [Location(node.span, f"the {what} '{node.name}'")] if node is not None else []
        return [*named, *nearest(self.grants, self.role, self.needs[0].action)]

    def route(self, function: Function) -> list[Location]:
        """Return the way from a function to the role that lacks the actions."""
        return [Location(function.span, f"function '{function.name}'"), Location(self.role.span, f"role '{self.role.name}'")]


def lacking_for(
    function: Function,
    graph: Graph,
    needs: Iterable[ConfigurationNeed],
    given: Callable[[ConfigurationNeed], bool] = lambda need: need.certain,
) -> Iterator[Lacking | Withheld]:
    """Yield what a function's roles lack of some needs, joined by the place that causes them."""
    wanted = [need for need in needs if given(need)]
    if not wanted:
        return
    for guard, role in roles_of(function, graph):
        if isinstance(role, Withheld):
            yield role
            continue
        grants = grants_of(role, graph)
        found: dict[Span, Lacking] = {}
        for need in wanted:
            both = guard & need.guard
            if not both.satisfiable():
                continue
            answer = _judge(need, role, grants, graph, both)
            if isinstance(answer, Withheld):
                yield answer
            elif answer.satisfiable():
                before = found.get(need.span) or Lacking(role, grants, need.span, (), NEVER)
                found[need.span] = before._replace(needs=(*before.needs, need), guard=before.guard | answer)
        yield from found.values()


def _judge(need: ConfigurationNeed, role: Role, grants: Grants, graph: Graph, given: Guard) -> Guard | Withheld:
    lack = lack_of(grants, (need.action, *need.others), need.resource, given)
    if lack.unknown is not None:
        return lack.unknown
    if not lack.guard.satisfiable():
        return NEVER
    node = named_by(need.resource, graph)
    by_resource = lets_in(need.action, role, graph, node, need.resource)
    if by_resource is Match.YES:
        return NEVER
    if by_resource is Match.MAYBE:
        return Withheld(
            f"the policy of '{node.name}' may allow it" if node is not None else "a resource's policy may allow it"
        )
    return lack.guard


def is_denied(grants: Grants, action: str) -> bool:
    """Return whether a role has a Deny that speaks of an action: somebody forbids it on purpose."""
    from faaslint.iam.grants import action_coverage
    from faaslint.model.read import text_of
    from faaslint.model.value import branches

    return any(
        action_coverage(statement, action).possible.satisfiable()
        and any(text_of(leaf) == "Deny" for _, leaf in branches(statement.effect))
        for statement in grants.statements
    )
