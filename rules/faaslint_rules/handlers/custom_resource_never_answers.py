"""FL829 custom-resource-never-answers."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import triggers
from faaslint.model.facts import Handler, NetworkCall, Reachable, SdkCall
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown

from .running import Running, route


@rule(
    id="FL829",
    name="custom-resource-never-answers",
    level=Level.ERROR,
    visits=Function,
    formats=("sam", "cloudformation", "cdk"),
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html",
    ),
)
def custom_resource_never_answers(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The function of a custom resource does not answer CloudFormation, or may fail before it does.

    What it does
    Where a custom resource names a function as its `ServiceToken`, looks for the request to the event's `ResponseURL`: of
    the source's own, by `cfnresponse` or by `crhelper`. It speaks where there is none, and, as a warning, where calls of
    AWS or of other machines come with nothing in the source that catches their failure; `except ClientError` does, for
    calls of AWS. A handler that asks for the type of the request and lets nothing answer a deletion is a warning, too.

    Why it matters
    CloudFormation waits for an answer for an hour by default, and for another one when it rolls back. The stack can't be
    touched meanwhile.

    How to fix
    Send the answer in every case: put the work into a `try`, and send `FAILED` in its `except`. `crhelper` and the CDK's
    provider framework do it for you.

    What it can't know
    Functions that the CDK's provider framework calls, whose answer it sends, and code outside the package that gets the
    event.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = [one for one in triggers(graph, function) if one.kind == "custom-resource"]
    if not callers:
        yield INAPPLICABLE
        return
    for guard, handler in running:
        given = guard & callers[0].guard
        if not given.satisfiable():
            continue
        answers = _answers(handler)
        if handler.signature is None or (handler.events_openness is not None and not answers):
            yield Withheld("what code outside the package does with the event can't be known", handler.span)
            continue
        name = callers[0].source.name
        if answers and handler.ignores_deletion:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' does not answer when custom resource '{name}' is deleted, so that the "
                "stack hangs; answer requests of every type.",
                at=Place(handler.span, handler.callable),
                related=[Location(callers[0].place.span, "the custom resource")],
                route=route(function, handler, Location(handler.span, "answers no deletion")),
                level=Level.WARNING,
                guard=given,
            )
            continue
        if answers and (handler.catches or any(one.library == "crhelper" for one in handler.network)):
            continue
        libraries = {one.library for one in handler.network if _is_answer(one)}
        # What escapes "except ClientError" is rare: that clause shows that failures were thought of.
        works: list[SdkCall | NetworkCall] = [] if handler.catches_refusals else [*handler.calls]
        works += (one for one in handler.network if one.library not in libraries)
        work = next((one for one in works if one.reachable is Reachable.YES), None)
        if answers and work is None:
            continue
        if answers and work is not None:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' may fail before it answers custom resource '{name}', which then hangs; "
                "catch failures, and send FAILED.",
                at=Place(work.span, handler.callable),
                related=[Location(callers[0].place.span, "the custom resource")],
                route=route(function, handler, Location(work.span, "may fail here")),
                level=Level.WARNING,
                guard=given,
            )
        else:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' never answers custom resource '{name}', so that the stack hangs; "
                "send the answer to the event's ResponseURL.",
                at=Place(handler.span, handler.callable),
                related=[Location(callers[0].place.span, "the custom resource")],
                route=[
                    Location(callers[0].source.span, f"'{name}' calls the function"),
                    *route(function, handler, Location(handler.span, "does not answer")),
                ],
                guard=given,
            )


def _answers(handler: Handler) -> bool:
    """Return whether a handler sends an answer, or at least gets hold of where to send it."""
    return any(_is_answer(one) for one in handler.network) or any(
        read.path[:1] == ("ResponseURL",) for read in handler.events
    )


def _is_answer(call: NetworkCall) -> bool:
    if call.library in ("cfnresponse", "crhelper"):
        return True
    return isinstance(call.url, Unknown) and (call.url.symbol or "").startswith("event.ResponseURL")
