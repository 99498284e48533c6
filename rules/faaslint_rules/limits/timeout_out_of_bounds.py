"""FL102 timeout-out-of-bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import event_sources, limits
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EventSourceMapping, Function, InvokeConfig
from faaslint.model.read import elements, integer_of, known_text_parts, number_of
from faaslint.model.value import Known, Unknown, jointly

from .nearest import to_nearest

SHORT_SOURCES: Final = frozenset({"mq", "documentdb"})
"""Polled sources for which the longer timeout of a capacity provider is not offered."""


@rule(id="FL102", name="timeout-out-of-bounds", level=Level.ERROR, visits=Function, fixable=True)
def timeout_out_of_bounds(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's timeout is not one that Lambda offers.

    What it does
    Checks that a function's timeout is a whole number of seconds from 1 to 900. A function on a capacity provider may have
    up to 5400 seconds, for what calls it asynchronously and for event source mappings other than Amazon MQ and DocumentDB.

    Why it matters
    Lambda refuses the function, so the deployment fails and rolls back.

    How to fix
    Set a timeout within the bounds. Work that takes longer belongs into Step Functions, a batch job or a container.

    What it can't know
    A timeout that comes from a parameter without a default, or from another stack. For a function on a capacity provider
    with more than 900 seconds, whether something outside the project calls it asynchronously.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
    """
    for guard, (timeout, provider) in jointly(function.timeout, function.capacity_provider, given=function.guard):
        unread = next((leaf for leaf in (timeout, provider) if isinstance(leaf, Unknown)), None)
        if unread is not None or not (isinstance(timeout, Known) and isinstance(timeout.value, (str, int, float))):
            yield withheld(unread or timeout, function)
            continue
        on_provider = isinstance(provider, Known) and provider.value is not None
        bounds = limits.timeout(capacity_provider=on_provider)
        seconds = integer_of(timeout)
        if seconds is None or not bounds.allows(seconds):
            yield claim(
                function,
                "timeout",
                f"Function '{function.name}' has a timeout of {_shown(timeout)}, which Lambda refuses; "
                f"set a whole number of seconds in {bounds}.",
                value=timeout,
                guard=guard,
                edits=to_nearest(timeout, bounds),
            )
        elif on_provider and not limits.timeout().allows(seconds) and not _may_run_long(function, graph):
            yield Withheld(
                "nothing in the project says that the function is called asynchronously or by a mapping",
                function.at("timeout", timeout).span,
            )


def _shown(timeout: Known) -> str:
    return f"{timeout.value} s" if number_of(timeout) is not None else f"{timeout.value}"


def _may_run_long(function: Function, graph: Graph) -> bool:
    """Return whether something of this project calls the function asynchronously or in batches."""
    if any(_polls_long(mapping) for _, mapping in graph.mappings_of(function)):
        return True
    asynchronous = {
        principal
        for source in event_sources.push_sources().values()
        if source.asynchronous
        for principal in source.principals
    }
    if any(edge.principal in asynchronous for _, edge in graph.triggers_of(function)):
        return True
    return any(
        called is function for config in graph.all(InvokeConfig) for _, called, _ in graph.functions_called_by(config)
    )


def _polls_long(mapping: EventSourceMapping) -> bool:
    """Return whether no branch of a mapping's source is a broker or database without the longer timeout."""
    return not any(
        event_sources.poll_kind_of_arn(known_text_parts(leaf) or "") in SHORT_SOURCES for _, leaf in elements(mapping.source)
    )
