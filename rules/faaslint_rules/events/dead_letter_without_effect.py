"""FL508 dead-letter-without-effect."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal, push_sources
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, functions_bound_to, triggers
from faaslint.model.edges import EdgeKind, Mode
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, InvokeConfig, Node
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Value, branches, is_absent, is_set


@rule(
    id="FL508",
    name="dead-letter-without-effect",
    level=Level.NOTE,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",),
)
def dead_letter_without_effect(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function has a dead-letter queue or destination, and nothing calls it asynchronously.

    What it does
    Looks for functions with a dead-letter target or a destination all of whose callers wait for the answer (an API) or poll
    (a queue, a stream). Functions that nothing in the project calls are left alone.

    Why it matters
    Both are for asynchronous calls only. What fails on a queue goes to the queue's own dead-letter queue, what fails on a
    stream to the mapping's destination, and an API's client gets the error.

    How to fix
    Give the queue a redrive policy, or the mapping of the stream a destination; take out what has no effect.

    What it can't know
    Whether something outside the project calls the function asynchronously.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html
    """
    stated = _stated(graph, function)
    callers = [one for one in triggers(graph, function) if one.guard.satisfiable()]
    # Lambda@Edge refuses dead-letter targets, which a rule of its own says.
    if not stated or not callers or any(one.kind == "edge" for one in callers):
        yield INAPPLICABLE
        return
    if any(one.mode is Mode.ASYNCHRONOUS for one in callers) or _sent_to(graph, function):
        return
    reason = _may_be_asynchronous(graph, function, callers)
    if reason is not None:
        yield reason
        return
    polled = [one for one in callers if one.mode is Mode.POLLING]
    how = "only polled sources feed it" if len(polled) == len(callers) else "its callers wait for the answer or poll"
    for node, attribute in stated:
        what = "dead-letter target" if attribute == "dead_letter" else "destination"
        yield claim(
            function,
            attribute,
            f"Function '{function.name}' has a {what}, which is for asynchronous calls, and {how}; "
            "keep what fails at the source, or take it out.",
            at=node.at(attribute),
            related=[Location(one.place.span, "calls the function") for one in callers],
        )


def _stated(graph: Graph, function: Function) -> list[tuple[Node, str]]:
    found: list[tuple[Node, str]] = []
    if is_set(function.dead_letter):
        found.append((function, "dead_letter"))
    for config in graph.all(InvokeConfig):
        if any(behind is function for _, behind, _ in graph.functions_called_by(config)):
            values: list[tuple[str, Value]] = [("on_failure", config.on_failure), ("on_success", config.on_success)]
            found += [(config, name) for name, value in values if is_set(value)][:1]
    return found


def _sent_to(graph: Graph, function: Function) -> bool:
    """A destination of another function is called asynchronously."""
    names: list[Node] = [function, *graph.aliases_of(function)]
    return any(graph.into(node, kind) for node in names for kind in (EdgeKind.FAILS_TO, EdgeKind.SUCCEEDS_TO))


def _may_be_asynchronous(graph: Graph, function: Function, callers: list[Trigger]) -> Withheld | None:
    if graph.openness is not None:
        return Withheld(graph.openness.why, graph.openness.where)
    if any(one.mode is None for one in callers):
        return Withheld("whether a caller waits can't be known", function.span)
    if any(bound.function is not function for bound in functions_bound_to(graph, function)):
        return Withheld("a function of the project knows its name, and may call it asynchronously", function.span)
    asynchronous = {name for one in push_sources().values() if one.asynchronous for name in one.principals}
    for _, permission, _ in graph.permissions_on(function):
        if is_absent(permission.principal):
            continue
        for _, leaf in branches(permission.principal):
            text = text_of(leaf)
            if text is None or canonical_principal(text) in asynchronous or "amazonaws" not in text:
                return Withheld(f"the permission '{permission.name}' may be for an asynchronous call", permission.span)
    return None
