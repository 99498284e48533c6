"""FL308 missing-logs-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place
from faaslint.privilege.configuration import log_needs

from .granted import listed, nearest
from .lacking import is_denied, lacking_for

MANAGED: Final = "AWSLambdaBasicExecutionRole"


@rule(
    id="FL308",
    name="missing-logs-permission",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",),
)
def missing_logs_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role can't write its logs.

    What it does
    Checks that the role allows `logs:CreateLogStream` and `logs:PutLogEvents` on the function's log group, which is
    `/aws/lambda/` and the function's name unless `LoggingConfig` says another, and `logs:CreateLogGroup` where the project
    does not declare that group. A role with an explicit Deny of one of them is left alone: somebody wants no logs.

    Why it matters
    The function runs, and nobody sees what it did: no output, no errors, no reports of its duration and memory.

    How to fix
    Attach the managed policy `service-role/AWSLambdaBasicExecutionRole`, or allow the actions on the log group.

    What it can't know
    Policies outside the project, and whether a log group with a computed name is the function's.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    asked = False
    for found in lacking_for(function, graph, log_needs(function, graph)):
        asked = True
        if isinstance(found, Withheld):
            yield found
            continue
        actions = [action for action in found.actions if not is_denied(found.grants, action)]
        if len(actions) < len(found.actions):
            continue
        can_write = "logs:PutLogEvents" not in actions and "logs:CreateLogStream" not in actions
        yield claim(
            function,
            "role",
            f"Function '{function.name}' "
            + (
                "can't create its log group, which nothing here declares: its role does not allow logs:CreateLogGroup; "
                "allow it, or declare the group."
                if can_write
                else f"can't write its logs: its role does not allow {listed(actions)} on its log group; allow this, or "
                f"attach {MANAGED}."
            ),
            at=Place(found.span, ""),
            related=nearest(found.grants, found.role, actions[0]),
            route=[
                Location(function.span, f"function '{function.name}'"),
                Location(found.role.span, f"role '{found.role.name}'"),
            ],
            guard=found.guard,
        )
    if not asked and not graph.roles_of(function):
        yield INAPPLICABLE
