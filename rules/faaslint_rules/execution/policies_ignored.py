"""FL323 policies-ignored."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function, Role
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, branches, is_absent
from faaslint.privilege.comparison import is_missing
from faaslint.privilege.grants import grants_of, roles_of
from faaslint.privilege.needs import needs_of_function

from .granted import listed

SHOWN = 4


@rule(
    id="FL323",
    name="policies-ignored",
    level=Level.WARNING,
    visits=Function,
    formats=("sam",),
    references=(
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html",
    ),
)
def policies_ignored(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A SAM function sets a role of its own, so that the policies beside it are left out.

    What it does
    Looks for `Policies` or `PermissionsBoundary` on a function that sets `Role` too. The message names the actions that the
    function needs and that its role does not allow, where the role is in the project.

    Why it matters
    SAM drops the policies without a word. What they grant, the function does not have.

    How to fix
    Move the policies into the role, or remove `Role` and let SAM make one.

    What it can't know
    What roles outside the project allow.

    Sources
    - https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
    """
    if is_absent(function.ignored_policies):
        if function.type != "AWS::Serverless::Function":
            yield INAPPLICABLE
        return
    for guard, leaf in branches(function.ignored_policies):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, function)
            continue
        written = text_of(leaf)
        if written is None or not leaf.trail:
            continue
        lacking = _lacking(function, graph)
        more = f", and that role lacks {listed(lacking, SHOWN)}" if lacking else ""
        yield claim(
            function,
            "",
            f"Function '{function.name}' sets Role, so SAM leaves out its {written}{more}; move them into the role, or "
            "remove Role.",
            at=Place(leaf.trail[-1], written),
            related=[
                Location(function.at("role").span, "the role that the function has instead"),
                *(
                    Location(role.span, f"the role '{role.name}'")
                    for _, role in roles_of(function, graph)
                    if isinstance(role, Role)
                ),
            ],
            guard=guard,
        )


def _lacking(function: Function, graph: Graph) -> list[str]:
    """Return the actions that a function surely needs and its role surely lacks."""
    found: dict[str, None] = {}
    for _, role in roles_of(function, graph):
        if isinstance(role, Role):
            grants = grants_of(role, graph)
            for need in needs_of_function(function, graph).required:
                if is_missing(need, grants, role, graph):
                    found[need.action] = None
    return list(found)
