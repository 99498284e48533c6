"""FL417 invocation-type-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Unknown, branches
from faaslint_rules.handlers.running import Running, route

TYPES: Final = ("RequestResponse", "Event", "DryRun")


@rule(
    id="FL417",
    name="invocation-type-invalid",
    level=Level.ERROR,
    visits=Function,
    fixable=True,
    references=("https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",),
)
def invocation_type_invalid(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler calls a function with an invocation type that does not exist.

    What it does
    Looks at calls of Lambda's `invoke` in handlers, and at the text that they give as `InvocationType`: `RequestResponse`,
    `Event` or `DryRun`, spelled exactly so.

    Why it matters
    Lambda refuses the call, every time the handler gets there.

    How to fix
    Write `RequestResponse` to wait for the answer, `Event` not to.

    What it can't know
    Types that are computed.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    running = Running(function, graph)
    yield from running.answers
    asked = bool(running.answers)
    for given, handler in running:
        for call in handler.calls:
            if (call.service, call.operation) != ("lambda", "invoke") or call.reachable is Reachable.NO:
                continue
            if "InvocationType" not in call.arguments:
                continue
            asked = True
            for guard, leaf in branches(call.arguments["InvocationType"]):
                text = text_of(leaf)
                if isinstance(leaf, Unknown) or text is None:
                    yield Withheld("the invocation type is computed", call.span)
                elif isinstance(leaf, Known) and text not in TYPES:
                    near = get_close_matches(text.lower(), [one.lower() for one in TYPES], n=1, cutoff=0.5)
                    meant = next((one for one in TYPES if near and one.lower() == near[0]), None)
                    yield claim(
                        function,
                        "handler",
                        f"Function '{function.name}' calls another with the invocation type {text}, which does not exist; "
                        + (f"write {meant}." if meant else "write RequestResponse or Event."),
                        at=Place(leaf.trail[-1] if leaf.trail else call.span, handler.callable),
                        route=route(function, handler, Location(call.span, "the call")),
                        guard=given & guard,
                        # The call fails as it is.
                        edits=[Edit(span, meant, safe=len(leaf.trail) == 1) for span in leaf.trail[-1:] if meant],
                    )
    if not asked:
        yield INAPPLICABLE
