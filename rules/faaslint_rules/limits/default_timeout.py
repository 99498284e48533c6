"""FL104 default-timeout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import NetworkCall, Reachable, SdkCall
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location
from faaslint.model.value import Known, Provenance, jointly
from faaslint_rules.handlers.running import Running, route

SIGNS: Final = "generate_presigned_"
"""How the methods of SDK clients begin that call nobody: they sign a URL for somebody else to call."""


@rule(
    id="FL104",
    name="default-timeout",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
        "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
    ),
)
def default_timeout(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function that talks to other machines has the default timeout of 3 seconds.

    What it does
    Looks for functions whose timeout is not set, and whose handler's reachable source calls AWS, an HTTP service or a
    database. A handler that waits for nobody is well served by three seconds, so the missing property alone says nothing.

    Why it matters
    A first call over a new connection takes a good part of a second, and the SDK tries again for much longer than 3
    seconds: a slow moment of the other side ends the invocation as a timeout, without an error to read.

    How to fix
    Set the timeout to what the work takes at worst, and some more.

    What it can't know
    How long the calls take. Source in other languages is not read.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
    - https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        asking = (one for one in handler.calls if not one.name.rpartition(".")[2].startswith(SIGNS))
        calls: list[SdkCall | NetworkCall] = [*asking, *handler.network]
        call = next((one for one in calls if one.reachable is Reachable.YES), None)
        for guard, (leaf,) in jointly(function.timeout, given=given):
            if not isinstance(leaf, Known) or leaf.provenance is not Provenance.SERVICE:
                continue
            if call is None:
                if handler.needs_openness is not None or any(one.reachable is Reachable.MAYBE for one in calls):
                    yield Withheld("whether the handler calls other machines can't be known", handler.span)
                continue
            what = f"another machine with {call.library}" if isinstance(call, NetworkCall) else call.name
            yield claim(
                function,
                "timeout",
                f"Function '{function.name}' has the default timeout of 3 s and calls {what}; set a timeout.",
                value=leaf,
                related=[Location(call.span, f"calls {what}")],
                route=route(function, handler, Location(call.span, f"calls {what}")),
                guard=guard,
            )
