"""FL314 unknown-action."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import expand, is_service, nearest
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Role
from faaslint.model.span import Location

from .granted import Allowed, allowed_by, functions_with, named, subject_of, way_to, written_by_hand


@rule(
    id="FL314",
    name="unknown-action",
    level=Level.WARNING,
    visits=Role,
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
def unknown_action(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A statement of a function's role allows an action that does not exist.

    What it does
    Looks up the actions of the Allow statements that somebody wrote in AWS's list of actions. One that matches nothing but
    is near a real one is a warning that suggests it; any other is a note, because it may be newer than the list. Documents
    of AWS, SAM and the CDK are left alone.

    Why it matters
    IAM accepts any name. A misspelt action grants nothing, and the call that needs it is denied.

    How to fix
    Write the action as AWS's reference spells it, or remove it.

    What it can't know
    Actions that are newer than the list that this version carries.

    Sources
    - https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    for guard, statement in graph.statements_of(role):
        if not written_by_hand(statement) or graph.kind == "cdk":
            continue
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
                continue
            if ":" in allowed.action and not expand(allowed.action):
                subject = subject_of(role, functions)
                words, level = _words(allowed)
                yield claim(
                    subject,
                    "",
                    f"{named(subject)} allows '{allowed.action}', {words}.",
                    at=statement.at("actions", allowed.leaf),
                    related=[Location(one.span, f"the function '{one.name}' has this role") for one in functions],
                    route=way_to(role, functions, statement),
                    level=level,
                    guard=allowed.guard,
                )


def _words(allowed: Allowed) -> tuple[str, Level]:
    prefix = allowed.action.partition(":")[0]
    near = nearest(allowed.action) if "*" not in allowed.action and "?" not in allowed.action else None
    if near is not None:
        return f"which does not exist; write {near}", Level.WARNING
    if not is_service(prefix):
        return f"but AWS's reference has no service '{prefix}'; check the spelling", Level.NOTE
    return "which matches no action of AWS's reference; check the spelling", Level.NOTE
