"""FL509 invoke-config-other-qualifier."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.facts.limits import Bounds
from faaslint.graph import Graph
from faaslint.graph.graph import Callee
from faaslint.graph.queries import triggers
from faaslint.model.edges import Mode
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Function, InvokeConfig, Node, Version
from faaslint.model.read import integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Unknown, is_absent, jointly

LATEST = "$LATEST"


@rule(
    id="FL509",
    name="invoke-config-other-qualifier",
    level=Level.WARNING,
    visits=InvokeConfig,
    references=("https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",),
    fixable=True,
)
def invoke_config_other_qualifier(config: InvokeConfig, graph: Graph, context: Context) -> Iterator[Answer]:
    """The settings of asynchronous calls are for a qualifier that no such call uses, or out of bounds.

    What it does
    Compares the qualifier of an event-invoke configuration with those that the function's asynchronous triggers call: where
    each of them calls another alias or version, the configuration has no effect (a warning). Retries outside 0..2 and an
    age outside 60..21,600 s are errors.

    Why it matters
    Retries, age and destinations hold for one qualifier only. An event that fails elsewhere is retried by the defaults and
    dropped.

    How to fix
    Set the configuration for the alias that the triggers call.

    What it can't know
    Calls that other programs make with the SDK.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
    """
    asked = False
    for attribute, unit, bounds in (
        ("maximum_retries", "retries", limits.asynchronous_retries()),
        ("maximum_age", "seconds as the age of an event", limits.asynchronous_age()),
    ):
        if not is_absent(getattr(config, attribute)):
            asked = True
            yield from _bounded(config, attribute, unit, bounds)
    for guard, function, callee in graph.functions_called_by(config):
        given = guard & config.guard & function.guard
        if given.satisfiable():
            for answer in _qualified(config, function, callee, given, graph):
                asked = True
                if answer is not None:
                    yield answer
    if not asked:
        yield INAPPLICABLE


def _bounded(config: InvokeConfig, attribute: str, unit: str, bounds: Bounds) -> Iterator[Answer]:
    for guard, (leaf,) in jointly(getattr(config, attribute), given=config.guard):
        number = integer_of(leaf)
        if isinstance(leaf, Unknown):
            yield withheld(leaf, config)
        elif leaf.value is not None and (number is None or not bounds.allows(number)):
            nearest = bounds.minimum if number is None or number < bounds.minimum else bounds.maximum
            yield claim(
                config,
                attribute,
                f"Event-invoke configuration '{config.name}' has {leaf.value} {unit}, which Lambda refuses; "
                f"set a whole number in {bounds}.",
                value=leaf,
                level=Level.ERROR,
                guard=guard,
                edits=[Edit(span, str(nearest), safe=False) for span in leaf.trail[-1:] if number is not None],
            )


def _qualified(
    config: InvokeConfig, function: Function, callee: Callee, given: Guard, graph: Graph
) -> Iterator[Answer | None]:
    """Yield what is to say of the qualifier; None where it is right, nothing where nothing calls asynchronously."""
    callers = [
        one
        for one in triggers(graph, function)
        if one.mode is not Mode.SYNCHRONOUS and one.mode is not Mode.POLLING and (one.guard & given).satisfiable()
    ]
    if not callers:
        return
    mine = _target(callee.node, callee.qualifier)
    theirs = [(one, _target(one.target, one.qualifier)) for one in callers]
    if mine is None or any(target is None or one.mode is None for one, target in theirs):
        yield Withheld("a qualifier can't be known", config.span)
        return
    if any(target == mine for _, target in theirs):
        yield None
        return
    named = f"qualifier '{mine[1]}'"
    caller, other = theirs[0]
    yield claim(
        config,
        "qualifier",
        f"Event-invoke configuration '{config.name}' is for the {named} of function '{function.name}', and "
        f"'{caller.source.name}' calls '{other[1] if other else ''}', so it has no effect; set it for that qualifier.",
        related=[Location(one.place.span, "calls another qualifier asynchronously") for one, _ in theirs],
        guard=given & caller.guard,
    )


def _target(node: Node | None, qualifier: Leaf | None) -> tuple[str, str] | None:
    """Return which version of a function is meant, and its name; None where that can't be known."""
    if isinstance(node, (Alias, Version)):
        return node.id, node.name
    if qualifier is None:
        return LATEST, LATEST
    text = text_of(qualifier)
    return None if text is None else (text, text)
