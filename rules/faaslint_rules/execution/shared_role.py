"""FL307 shared-role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import matches
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, PolicyKind, Role
from faaslint.model.span import Location
from faaslint.privilege.needs import FunctionNeeds, needs_of_function

from .granted import Allowed, allowed_by, functions_with, listed, some_cannot_run

SHOWN: Final = 3


@rule(
    id="FL307",
    name="shared-role",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",),
    cwe=(250,),
    security_severity=4.0,
)
def shared_role(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """Functions share a role, so that each has permissions that only another one needs.

    What it does
    For a role that several functions run as, compares what each of them needs. Speaks where an action of the role is needed
    by one function and surely not by another, and says which. Functions that need the same are left alone, as are functions
    whose needs are not known in full.

    Why it matters
    Whoever gets control of one function's code gets the permissions of all.

    How to fix
    Give each function a role of its own; `faaslint policy` prints the policy of each.

    What it can't know
    What source needs that can't be read.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    - https://docs.aws.amazon.com/wellarchitected/latest/serverless-applications-lens/security.html
    """
    functions = functions_with(role, graph)
    if len(functions) < 2 or some_cannot_run(functions, graph):
        yield INAPPLICABLE
        return
    needs = {function.id: needs_of_function(function, graph) for function in functions}
    actions: list[Allowed] = []
    for guard, statement in graph.statements_of(role):
        if statement.policy_kind is PolicyKind.GENERATED:
            continue
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
            elif allowed.action.strip("*:"):
                actions.append(allowed)
    excess = {function.id: _excess(function, functions, needs, actions) for function in functions}
    guilty = [function for function in functions if excess[function.id]]
    if not guilty:
        unknown = next((found.openness for found in needs.values() if found.openness is not None), None)
        if unknown is not None:
            yield Withheld(unknown.why, unknown.where)
        return
    said = [
        f"'{function.name}' needs no {listed(dict.fromkeys(one.action for one in excess[function.id]), SHOWN, 'or')}"
        for function in guilty[:SHOWN]
    ]
    more = f", and {len(guilty) - SHOWN} more functions" if len(guilty) > SHOWN else ""
    statements = list(dict.fromkeys(one.statement for function in guilty for one in excess[function.id]))
    yield claim(
        role,
        "",
        f"Role '{role.name}' is shared by {len(functions)} functions, but {', '.join(said)}{more}; give each its own role.",
        at=role.here(),
        related=[
            *(Location(function.at("role").span, f"the role of '{function.name}'") for function in functions),
            *(Location(statement.span, "a statement that not all of them need") for statement in statements),
        ],
        route=[
            Location(guilty[0].span, f"function '{guilty[0].name}'"),
            Location(role.span, f"role '{role.name}'"),
            Location(statements[0].span, "the statement"),
        ],
    )


def _excess(
    function: Function, functions: list[Function], needs: dict[str, FunctionNeeds], actions: list[Allowed]
) -> list[Allowed]:
    """Return what a function has only because another function needs it."""
    own = needs[function.id]
    if own.openness is not None:
        return []
    return [
        allowed
        for allowed in actions
        if not _uses(own, allowed.action, certainly=False)
        and any(_uses(needs[other.id], allowed.action, certainly=True) for other in functions if other is not function)
    ]


def _uses(needs: FunctionNeeds, action: str, *, certainly: bool) -> bool:
    return any(matches(action, one) and (certain or not certainly) for one, certain in needs.actions().items())
