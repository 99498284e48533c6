"""FL413 permission-for-pull-source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import poll_sources
from faaslint.graph import Graph
from faaslint.iam.match import Answer as Covers
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Origin, Permission
from faaslint.model.span import Location
from faaslint.model.value import Unknown, jointly

from .principals import is_service, lets_invoke, owns, principal_text
from .sources import service_of

PRINCIPALS: Final = {
    "sqs.amazonaws.com": "sqs",
    "kinesis.amazonaws.com": "kinesis",
    "dynamodb.amazonaws.com": "dynamodb",
    "kafka.amazonaws.com": "msk",
    "mq.amazonaws.com": "mq",
}
"""What people write as the principal of a polled source."""


@rule(
    id="FL413",
    name="permission-for-pull-source",
    level=Level.WARNING,
    visits=Permission,
    supersedes=("FL402",),
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",),
)
def permission_for_pull_source(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission lets a source call the function that never calls: Lambda polls it.

    What it does
    Looks for permissions whose principal, or whose source, is SQS, Kinesis, DynamoDB, MSK or Amazon MQ.

    Why it matters
    Lambda itself reads these sources, with the role of the function. The permission does nothing, and what is needed (the
    role's permissions to read, an event source mapping) may be missing.

    How to fix
    Remove the permission. Give the function's role the permissions to read the source, and add an event source mapping.

    What it can't know
    Services that use these principals for something else in future.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    asked = False
    values = (permission.principal, permission.action, permission.source_arn)
    for guard, (principal, action, arn) in jointly(*values, given=permission.guard):
        who = principal_text(principal)
        if lets_invoke(action) is Covers.NO or (who is not None and not is_service(who)):
            continue
        asked = True
        if who is None:
            if isinstance(principal, Unknown):
                yield withheld(principal, permission)
            continue
        kind = PRINCIPALS.get(who)
        if kind is None and owns(who, "") is None:
            service = service_of(graph, arn)
            kind = next((name for name, one in poll_sources().items() if service in one.arn_services), None)
        if kind is None:
            continue
        name = poll_sources()[kind].service
        yield claim(
            permission,
            "principal",
            f"Permission '{permission.name}' is for {name}, which never calls a function itself; remove it, and let the "
            "function's role read the source.",
            value=principal,
            related=[
                Location(function.span, f"the function '{function.name}'")
                for _, function, _ in graph.functions_called_by(permission)
            ],
            guard=guard,
        )
    if not asked:
        yield INAPPLICABLE
