"""Where a claim about what a role grants points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from faaslint.check.claims import withheld
from faaslint.graph import Graph
from faaslint.iam.grants import Grants
from faaslint.model.edges import EdgeKind
from faaslint.model.facts import Found
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, Origin, PolicyKind, Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf, Unknown, jointly

GENERATED = frozenset({PolicyKind.AWS, PolicyKind.TEMPLATE, PolicyKind.CONNECTOR, PolicyKind.GENERATED})
"""Kinds of policy whose text the user did not write."""


def written_by_hand(statement: Statement) -> bool:
    """Return whether the user wrote a statement, so that its wording can be blamed on them."""
    return statement.policy_kind not in GENERATED and statement.origin not in (Origin.AWS, Origin.MODULE, Origin.CDK)


def used_at(node: Node, attribute: str, value: Leaf) -> Place:
    """Return where a node itself writes a value that may come from elsewhere: what has to change is beside it, not there."""
    return Place(value.trail[0] if value.trail else node.span, node.spellings.get(attribute, attribute))


def nearest(grants: Grants, role: Role, action: str) -> list[Location]:
    """Return the role and the statement nearest to an action, as related locations."""
    found = [Location(role.span, f"the role '{role.name}'")]
    statement = grants.closest(action)
    if statement is not None:
        found.append(Location(statement.span, "the nearest statement of the role"))
    return found


class Allowed(NamedTuple):
    """One action of an Allow statement: as it is written, and when it is granted."""

    statement: Statement
    leaf: Leaf
    action: str
    guard: Guard


def functions_with(role: Role, graph: Graph) -> list[Function]:
    """Return the functions that run as a role, each once; those that the CDK adds for itself apart."""
    found = [edge.source for edge in graph.into(role, EdgeKind.ASSUMES) if isinstance(edge.source, Function)]
    return list(dict.fromkeys(function for function in found if function.origin is not Origin.CDK))


def some_cannot_run(functions: Iterable[Function], graph: Graph) -> bool:
    """Return whether a function's handler certainly does not exist: what it needs is then no question yet."""
    return any(
        handler.found in (Found.NO_FILE, Found.NO_CALLABLE)
        for function in functions
        for _, handler in graph.handlers_of(function)
    )


def subject_of(role: Role, functions: list[Function]) -> Node:
    """Return the resource that a person would edit: a role that the SAM transform generates stands in its function."""
    return functions[0] if role.origin is Origin.SAM and len(functions) == 1 else role


def named(subject: Node) -> str:
    """Return how a message begins: ``Function 'Orders'`` or ``Role 'OrdersRole'``."""
    return f"{'Function' if isinstance(subject, Function) else 'Role'} '{subject.name}'"


def allowed_by(statement: Statement, given: Guard) -> Iterator[Allowed | Withheld]:
    """Yield the actions that a statement allows, and what of them can't be read."""
    for guard, (effect,) in jointly(statement.effect, given=given):
        if isinstance(effect, Unknown):
            yield withheld(effect, statement)
        elif text_of(effect) == "Allow":
            for inner, leaf in elements(statement.actions):
                both = guard & inner
                text = text_of(leaf)
                if not both.satisfiable():
                    continue
                if text is not None:
                    yield Allowed(statement, leaf, text, both)
                else:
                    yield Withheld("an action of the role can't be known in full", statement.at("actions", leaf).span)


def way_to(role: Role, functions: list[Function], statement: Statement | None = None) -> list[Location]:
    """Return the route of a finding about a role: function, role, statement."""
    found = [Location(functions[0].span, f"function '{functions[0].name}'"), Location(role.span, f"role '{role.name}'")]
    return [*found, Location(statement.span, "the statement")] if statement is not None else found


def everything_of(statement: Statement) -> Leaf | None:
    """Return the ``*`` among the resources of a statement, None where there is none for certain."""
    return next(
        (leaf for guard, leaf in elements(statement.resources) if text_of(leaf) == "*" and guard.satisfiable()), None
    )


def listed(texts: Iterable[str], most: int = 3, joint: str = "and") -> str:
    """Return texts as people list them: ``a, b and c``, or ``a, b, c and 4 more``."""
    shown = list(dict.fromkeys(texts))
    if len(shown) > most + 1:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return f"{', '.join(shown[:-1])} {joint} {shown[-1]}" if len(shown) > 1 else "".join(shown)
