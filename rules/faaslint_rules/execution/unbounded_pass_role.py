"""FL317 unbounded-pass-role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import matches
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Pattern, is_absent
from faaslint.privilege.grants import grants_of

from .granted import allowed_by, everything_of, functions_with, named, subject_of, way_to, written_by_hand
from .privilege_escalation import open_paths

PASS_ROLE: Final = "iam:PassRole"


@rule(
    id="FL317",
    name="unbounded-pass-role",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
    cwe=(269,),
    security_severity=7.5,
)
def unbounded_pass_role(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role may pass any role of the account to a service.

    What it does
    Looks for `iam:PassRole`, also as a part of `iam:Pass*` or `iam:P*`, on `Resource: *`, or on an ARN that ends with
    `:role/*`, in a statement without a condition. `iam:*` and `*` are FL304's.

    Why it matters
    With the right to start something, such as a function or a task, the code can give itself any role of the account.

    How to fix
    Name the roles that the code passes on, and the service in a condition on `iam:PassedToService`.

    What it can't know
    Policies that are not in the project.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    for guard, statement in graph.statements_of(role):
        everything = everything_of(statement) or _every_role(statement)
        if everything is None or not written_by_hand(statement) or not is_absent(statement.condition):
            continue
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
                continue
            whole = allowed.action.lower() == "iam:*" or not allowed.action.strip("*:")
            if whole or not matches(allowed.action, PASS_ROLE):
                continue
            if any(PASS_ROLE in one.path.actions for one in open_paths(grants_of(role, graph))):
                # What can be started with it is the worse news, and said by FL306.
                continue
            subject = subject_of(role, functions)
            yield claim(
                subject,
                "",
                f"{named(subject)} may pass every role of the account to a service ({allowed.action} on "
                f"{_shown(everything)}); name the roles that its code passes on.",
                at=statement.at("resources", everything),
                related=[Location(one.span, f"the function '{one.name}' has this role") for one in functions],
                route=way_to(role, functions, statement),
                guard=allowed.guard,
            )


def _every_role(statement: Statement) -> Leaf | None:
    """Return the ARN among the resources of a statement that stands for every role of an account."""
    return next(
        (leaf for guard, leaf in elements(statement.resources) if guard.satisfiable() and _shown(leaf).endswith(":role/*")),
        None,
    )


def _shown(leaf: Leaf) -> str:
    content = leaf.value if isinstance(leaf, Known) else None
    if isinstance(content, Pattern):
        return "".join(part if isinstance(part, str) else "*" for part in content.parts)
    return text_of(leaf) or ""
