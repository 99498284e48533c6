"""Where a claim about what a role grants points."""

from __future__ import annotations

from faaslint.iam.grants import Grants
from faaslint.model.nodes import Node, Origin, PolicyKind, Role, Statement
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf

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
