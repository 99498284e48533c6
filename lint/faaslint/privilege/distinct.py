"""Names that can't be one name."""

from __future__ import annotations

from ..graph import Graph
from ..graph.identity import ARNS
from ..model.value import ABSENT, Reference, is_absent


def distinct(graph: Graph, left: Reference, right: Reference, begins: bool = False) -> bool:
    """Return whether two names belong to two resources that exist side by side, so that they can't be one name.

    Two resources of one type in one account and region have different names. Resources that exclude each other, or that are
    given one name (in two regions, say), may be meant by it alike. ``begins`` asks whether the right name can't even begin
    with the left one: so it is where the left one is made up at deployment, with an end of its own.
    """
    first, second = graph.node(left.address), graph.node(right.address)
    if first is None or second is None or first is second or type(first) is not type(second):
        return False
    if left.attribute != "name" or right.attribute != "name" or not (first.guard & second.guard).satisfiable():
        return False
    attribute = ARNS[type(first)][1] if type(first) in ARNS else ""
    mine, other = (getattr(node, attribute, ABSENT) if attribute else ABSENT for node in (first, second))
    if begins:
        return is_absent(mine)
    return is_absent(mine) or is_absent(other) or mine != other
