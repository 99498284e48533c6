"""FL311 missing-destination-permission."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Place
from faaslint.privilege.calls import named_by
from faaslint.privilege.configuration import destination_needs

from .granted import listed
from .lacking import lacking_for


@rule(
    id="FL311",
    name="missing-destination-permission",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",),
)
def missing_destination_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role can't send to its dead-letter target or destination.

    What it does
    Checks that the role allows what each target takes: `sqs:SendMessage`, `sns:Publish`, `lambda:InvokeFunction`,
    `events:PutEvents` or `s3:PutObject`, on the target itself: of the function's dead-letter configuration, of its
    on-failure and on-success destinations, and of the on-failure destinations of its event source mappings.

    Why it matters
    Lambda checks the permission when it creates the configuration and refuses it; where it can't, failed events are lost.

    How to fix
    Allow the action on the target.

    What it can't know
    Targets and policies outside the project, and what the target's own policy allows where it can't be read.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    - https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """
    needs = list(destination_needs(function, graph))
    if not needs:
        yield INAPPLICABLE
        return
    if not any(need.certain for need in needs):
        yield Withheld("what the target is can't be known", needs[0].span)
    for found in lacking_for(function, graph, needs):
        if isinstance(found, Withheld):
            yield found
            continue
        first = found.needs[0]
        node = named_by(first.resource, graph)
        target = f" on '{node.name}'" if node is not None else ""
        yield claim(
            function,
            "dead_letter",
            f"Function '{function.name}' can't send to {first.why.removeprefix('to send to ')}: its role does not allow "
            f"{listed(found.actions)}{target}; allow it there.",
            at=Place(found.span, ""),
            related=found.related(node, "target"),
            route=found.route(function),
            guard=found.guard,
        )
