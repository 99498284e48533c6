"""FL118 log-retention-unbounded."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function, LogGroup
from faaslint.model.span import Location
from faaslint.model.value import Known, Reference, Unknown, branches


@rule(id="FL118", name="log-retention-unbounded", level=Level.NOTE, visits=Function, profile="strict")
def log_retention_unbounded(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The logs of a function are kept for ever.

    What it does
    Looks for the log group of each function (the one that its logging configuration names, else `/aws/lambda/<name>`) and
    for its retention.

    Why it matters
    Lambda makes a log group that keeps everything if none is there: costs grow, and so does what can leak.

    How to fix
    Declare the function's log group with a retention in days.

    What it can't know
    A group that another stack declares, or a name or retention that is known only at deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    groups = [edge.target for edge in graph.out(function, EdgeKind.LOGS_TO) if isinstance(edge.target, LogGroup)]
    if not groups:
        named = next((leaf for _, leaf in branches(function.log_group) if not _is_unset(leaf)), None)
        unclear = next((group for group in graph.all(LogGroup) if isinstance(group.group_name, Unknown)), None)
        if named is not None:
            yield Withheld("the log group that it names is not declared here", function.at("log_group").span)
        elif unclear is not None:
            yield Withheld(f"the name of log group '{unclear.name}' is known only at deployment", unclear.span)
        else:
            yield claim(
                function,
                "log_group",
                f"Function '{function.name}' has no log group here, so Lambda makes one that keeps its logs for ever; "
                f"declare the group with a retention.",
                at=function.here(),
            )
        return
    for group in groups:
        for guard, retention in branches(group.retention):
            if isinstance(retention, Unknown):
                yield withheld(retention, group)
            elif retention.value is None or retention.value == 0:
                yield claim(
                    function,
                    "log_group",
                    f"The log group of function '{function.name}' keeps its logs for ever; set its retention in days.",
                    at=group.at("retention", retention),
                    related=[Location(function.span, "the function that logs to it")],
                    guard=guard & group.guard,
                )


def _is_unset(leaf: object) -> bool:
    return isinstance(leaf, Known) and (leaf.value is None or isinstance(leaf.value, Reference))
