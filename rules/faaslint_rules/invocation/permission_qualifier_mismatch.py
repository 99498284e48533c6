"""FL407 permission-qualifier-mismatch."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.span import Location

from .wiring import Unserved, shown_target, unknown_permissions, wiring_of


@rule(
    id="FL407",
    name="permission-qualifier-mismatch",
    level=Level.ERROR,
    visits=Function,
    supersedes=("FL209",),
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
)
def permission_qualifier_mismatch(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A trigger calls an alias, and the permission is on the function, or the other way round.

    What it does
    Compares what each source calls with what its permission is on: the function itself, one of its aliases, or a version. It
    speaks where the permission covers the source, but not what the source calls.

    Why it matters
    A function, each of its versions and each of its aliases has a resource policy of its own. A permission on the function
    does not let anyone call the alias: every call is refused.

    How to fix
    Name the same alias in both: in CloudFormation `FunctionName: !Ref Alias`, in Terraform `qualifier`.

    What it can't know
    Qualifiers that come from parameters or stage variables.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    """
    wiring = wiring_of(function, graph)
    if not wiring.asked:
        yield INAPPLICABLE
        return
    mismatched = [one for one in wiring.unserved if one.only_qualifier]
    incomplete = unknown_permissions(graph) if mismatched else None
    if incomplete is not None:
        yield incomplete
        return
    by_permission: dict[str, list[Unserved]] = {}
    for one in mismatched:
        by_permission.setdefault(one.near.permission.id, []).append(one)
    for listed in by_permission.values():
        yield _claim(function, listed, graph)


def _claim(function: Function, listed: list[Unserved], graph: Graph) -> Answer:
    first = listed[0]
    permission, trigger = first.near.permission, first.trigger
    callee = next(callee for _, one, callee in graph.permissions_on(function) if one is permission)
    called, permitted = shown_target(trigger.target, trigger.qualifier), shown_target(callee.node, callee.qualifier)
    guard = first.guard
    for other in listed[1:]:
        guard = guard | other.guard
    return claim(
        function,
        "",
        f"Function '{function.name}' is called by {canonical_principal(trigger.principal)} as {called}, but the permission "
        f"is on {permitted}; name the same one in both.",
        at=permission.at(
            "qualifier" if "qualifier" in permission.spellings and callee.qualifier is not None else "function"
        ),
        related=[
            *(Location(one.trigger.place.span, f"called here as {called}") for one in listed),
            Location(function.span, f"the function '{function.name}'"),
        ],
        route=[
            Location(trigger.place.span, f"'{trigger.source.name}' calls {called}"),
            Location(permission.span, f"permission '{permission.name}' is on {permitted}"),
            Location(function.span, f"function '{function.name}'"),
        ],
        guard=guard,
    )
