"""FL323 policies-ignored."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, Role, StateMachine
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import ABSENT, Known, Unknown, branches
from faaslint.privilege.comparison import is_missing
from faaslint.privilege.grants import grants_of, roles_of
from faaslint.privilege.needs import needs_of_function

from .granted import listed

SHOWN = 4


@rule(
    id="FL323",
    name="policies-ignored",
    level=Level.WARNING,
    visits=Node,
    formats=("sam",),
    references=(
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html",
    ),
)
def policies_ignored(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """A SAM function or state machine sets a role of its own, so that the policies beside it are left out.

    What it does
    Looks for `Policies` or `PermissionsBoundary` on a function or state machine that sets `Role` too. The message names the
    actions that the function needs and that its role does not allow, where the role is in the project. `Policies` beside the
    `Role` of a state machine are an error. A boundary beside a role that has one itself is left alone.

    Why it matters
    SAM drops the policies without a word: what they grant, the function does not have. It refuses the template where a state
    machine has both.

    How to fix
    Move the policies into the role, or remove `Role` and let SAM make one.

    What it can't know
    What roles outside the project allow.

    Sources
    - https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
    """
    if not isinstance(node, (Function, StateMachine)) or not node.type.startswith("AWS::Serverless::"):
        yield INAPPLICABLE
        return
    for guard, leaf in branches(node.ignored_policies):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, node)
            continue
        written = text_of(leaf)
        if written is None or not leaf.trail:
            continue
        grants = written == "Policies"
        if not grants and not _unbounded(node, graph, guard):
            # The one beside the role only says once more what the role says itself.
            continue
        lacking = _lacking(node, graph) if isinstance(node, Function) and grants else []
        more = f", and that role lacks {listed(lacking, SHOWN)}" if lacking else ""
        them = "them" if grants else "it"
        refused = isinstance(node, StateMachine) and written == "Policies"
        done = "refuses" if refused else "leaves out"
        called = "Function" if isinstance(node, Function) else "State machine"
        yield claim(
            node,
            "",
            f"{called} '{node.name}' sets Role, so SAM {done} its {written}{more}; move {them} into the role, or remove "
            "Role.",
            at=Place(leaf.trail[-1], written),
            related=[
                Location(node.at("role").span, "the role that is used instead"),
                *(
                    Location(role.span, f"the role '{role.name}'")
                    for _, role in (roles_of(node, graph) if isinstance(node, Function) else ())
                    if isinstance(role, Role)
                ),
            ],
            level=Level.ERROR if refused else None,
            guard=guard,
        )


def _unbounded(node: Function | StateMachine, graph: Graph, given: Guard) -> bool:
    """Whether the role that is used has no boundary of its own in some situation of ``given``."""
    return any(
        isinstance(leaf, Known) and leaf.value is None and (given & guard & inner).satisfiable()
        for guard, role in resolved(graph, node.role, Role)
        for inner, leaf in branches(role.boundary if isinstance(role, Role) else ABSENT)
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
