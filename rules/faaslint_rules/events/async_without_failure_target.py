"""FL504 async-without-failure-target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.model.edges import EdgeKind, Mode
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Alias, EventTarget, Function, InvokeConfig, Node, Schedule, Subscription, Version
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, Value, branches, is_absent, is_set

ON_THEIR_OWN: Final = frozenset({"custom-resource", "config-rule", "codepipeline", "pipe", "state-machine"})
"""Callers that wait for an answer by another way, or see to failures themselves."""


@rule(
    id="FL504",
    name="async-without-failure-target",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",),
)
def async_without_failure_target(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function that is called asynchronously has no place for the events that it fails on.

    What it does
    Looks for functions that a bucket, topic, rule, schedule, log group … calls asynchronously, with neither a dead-letter
    target nor an on-failure destination. One finding for a function. Custom resources, Config rules, CodePipeline, pipes
    and workflows are left alone, as are durable functions, functions that are the failure target of something, and callers
    with a dead-letter queue of their own.

    Why it matters
    Lambda tries an event three times, then drops it: without a target nobody learns of it and nothing can be replayed.

    How to fix
    Set an on-failure destination (`AWS::Lambda::EventInvokeConfig`, SAM's `EventInvokeConfig`,
    `aws_lambda_function_event_invoke_config`), or a dead-letter queue.

    What it can't know
    Calls that other programs make with the SDK, and destinations that are set outside the project.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    callers = [one for one in triggers(graph, function) if one.mode is Mode.ASYNCHRONOUS and one.kind not in ON_THEIR_OWN]
    callers = [one for one in callers if not _sees_to_failures(graph, one)]
    if not callers or _takes_failures(graph, function) or is_set(function.durable):
        yield INAPPLICABLE
        return
    kept, perhaps = _kept(graph, function)
    lacking = [(rest, one) for one in callers if (rest := one.guard & function.guard & ~kept).satisfiable()]
    if not lacking:
        return
    if perhaps is not None:
        yield perhaps
        return
    if graph.openness is not None:
        yield Withheld(graph.openness.why, graph.openness.where)
        return
    guard, first = lacking[0]
    for other, _ in lacking[1:]:
        guard = guard | other
    sources = sorted({f"'{one.source.name}'" for _, one in lacking})
    named = sources[0] if len(sources) == 1 else f"{sources[0]} and {len(sources) - 1} more"
    yield claim(
        function,
        "dead_letter",
        f"Function '{function.name}' is called asynchronously by {named}, and an event that it fails on is dropped after "
        "its retries; set an on-failure destination or a dead-letter queue.",
        at=function.here(),
        related=[Location(one.place.span, "calls it asynchronously") for _, one in lacking],
        route=[
            Location(first.source.span, f"'{first.source.name}' calls the function and does not wait"),
            Location(function.span, f"function '{function.name}'"),
        ],
        guard=guard,
    )


def _sees_to_failures(graph: Graph, trigger: Trigger) -> bool:
    """A caller with a dead-letter queue shows that someone thought of it; one of failures is the end of the line."""
    via = trigger.via
    if isinstance(via, (EventTarget, Schedule, Subscription)) and not is_absent(via.dead_letter):
        return True
    return bool(graph.into(trigger.source, EdgeKind.FAILS_TO))


def _takes_failures(graph: Graph, function: Function) -> bool:
    names: list[Node] = [function, *graph.aliases_of(function)]
    names += [one for one in graph.all(Version) if any(behind is function for _, behind in graph.function_behind(one))]
    return any(graph.into(node, EdgeKind.FAILS_TO) for node in names)


def _kept(graph: Graph, function: Function) -> tuple[Guard, Withheld | None]:
    """When what fails is surely kept, and why it perhaps is in other cases too."""
    kept, perhaps = NEVER, None
    places: list[tuple[Guard, Node, Value]] = [(function.guard, function, function.dead_letter)]
    for config in graph.all(InvokeConfig):
        for callee in graph.callees(config):
            if callee.unknown is not None:
                perhaps = perhaps or Withheld(callee.unknown.why, config.span)
        for guard, behind, callee in graph.functions_called_by(config):
            if behind is function and isinstance(callee.node, (Function, Alias, Version)):
                places.append((guard & config.guard, config, config.on_failure))
    for guard, node, value in places:
        for inner, leaf in branches(value):
            if isinstance(leaf, Unknown):
                # A target from a parameter is a target; one that may be left out is not decided.
                kept = kept | (guard & inner)
            elif isinstance(leaf, Known) and leaf.value is not None:
                kept = kept | (guard & inner)
        if node.unknown_count:
            perhaps = perhaps or Withheld(f"'{node.name}' may not be there", node.span)
    return kept, perhaps
