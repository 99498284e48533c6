"""FL209 trigger-bypasses-alias."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import provisioned_of, triggers
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Alias, EventSourceMapping, Function, FunctionUrl
from faaslint.model.span import Location
from faaslint.model.value import Known, is_absent

NOT_CALLERS = ("edge", "custom-resource")
"""What names a function for other reasons than to serve its callers."""


@rule(id="FL209", name="trigger-bypasses-alias", level=Level.WARNING, visits=Function)
def trigger_bypasses_alias(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A trigger calls a function past the alias that was made for its callers.

    What it does
    For a function with an alias that splits traffic or has provisioned concurrency, it looks for triggers, URLs and event
    source mappings that name the function without a qualifier.

    Why it matters
    They run `$LATEST`: neither the weights nor the provisioned executions apply to them, and a new upload reaches them at
    once.

    How to fix
    Let the trigger name the alias, and give it the permission on the alias.

    What it can't know
    Callers outside the project, and aliases of other projects.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    """
    managed = [alias for alias in graph.aliases_of(function) if _is_managed(alias, function, graph)]
    if not managed:
        yield INAPPLICABLE
        return
    alias = managed[0]
    why = "splits its traffic" if alias.weights else "has provisioned concurrency"
    for trigger in triggers(graph, function):
        plain = trigger.qualifier is None or (isinstance(trigger.qualifier, Known) and trigger.qualifier.value is None)
        if trigger.target is not function or not plain or trigger.kind in NOT_CALLERS:
            continue
        yield claim(
            function,
            "function_name",
            f"Function '{function.name}' is called past its alias '{alias.name}', which {why}; name the alias here.",
            at=trigger.place,
            related=[Location(alias.span, f"the alias, which {why}")],
            route=[
                Location(trigger.source.span, f"'{trigger.source.name}' calls the function"),
                Location(function.span, f"function '{function.name}'"),
            ],
            guard=trigger.guard & function.guard & alias.guard,
        )
    for caller in (*graph.all(EventSourceMapping), *graph.all(FunctionUrl)):
        for callee in graph.callees(caller):
            if callee.unknown is not None:
                yield Withheld(
                    f"which function '{caller.name}' calls is known only at deployment", caller.at("function").span
                )


def _is_managed(alias: Alias, function: Function, graph: Graph) -> bool:
    return bool(alias.weights) or any(
        one.on is alias and not is_absent(one.amount) for one in provisioned_of(graph, function)
    )
