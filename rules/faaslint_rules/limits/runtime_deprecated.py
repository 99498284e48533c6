"""FL113 runtime-deprecated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import runtimes
from faaslint.facts.runtimes import RuntimeFact, RuntimeStatus
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.value import Known, Unknown, jointly

BLOCKED = (RuntimeStatus.CREATE_BLOCKED, RuntimeStatus.UPDATE_BLOCKED)


@rule(
    id="FL113",
    name="runtime-deprecated",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",),
    cwe=(1104,),
    security_severity=4.0,
)
def runtime_deprecated(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function uses a runtime that AWS no longer supports.

    What it does
    Looks up each function's runtime as of the date that the run speaks for (`--as-of`, else today). A deprecated runtime is
    a warning; one with which functions can no longer be created, or no longer updated, is an error.

    Why it matters
    A deprecated runtime gets no security patches and no technical support. Once AWS blocks it, deployments fail: first new
    functions, later each update of an existing one.

    How to fix
    Move to the runtime that the message names, and test the handler and its dependencies with it. Container images carry
    their own runtime and are not judged here.

    What it can't know
    Dates that AWS moved after this version's data were gathered, and identifiers that the data do not hold.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    judged = False
    for guard, (runtime, package) in jointly(function.runtime, function.package_type, given=function.guard):
        if isinstance(package, Known) and package.value == "Image":
            continue
        if isinstance(runtime, Known) and runtime.value is None:
            continue
        identifier = text_of(runtime)
        if identifier is None:
            judged = True
            yield withheld(runtime, function)
            continue
        fact = runtimes.runtime(identifier)
        if fact is None or not fact.managed:
            continue
        judged = True
        status = runtimes.status(identifier, context.as_of)
        if status is None or status is RuntimeStatus.SUPPORTED:
            continue
        if isinstance(package, Unknown):
            yield withheld(package, function)
            continue
        yield claim(
            function,
            "runtime",
            f"Function '{function.name}' uses {identifier}, {_what_happened(fact, status)}; "
            f"{_what_to_do(identifier, context.as_of)}.",
            value=runtime,
            guard=guard,
            level=Level.ERROR if status in BLOCKED else None,
        )
    if not judged:
        yield INAPPLICABLE


def _what_happened(fact: RuntimeFact, status: RuntimeStatus) -> str:
    if status is RuntimeStatus.UPDATE_BLOCKED:
        return f"with which AWS refuses to create or update functions since {fact.block_update}"
    if status is RuntimeStatus.CREATE_BLOCKED:
        return f"with which AWS refuses to create functions since {fact.block_create}"
    block = f" and will refuse for new functions from {fact.block_create}" if fact.block_create else ""
    return f"which AWS deprecated on {fact.deprecation}{block}"


def _what_to_do(identifier: str, as_of: date) -> str:
    successor = runtimes.successor(identifier, as_of)
    return f"move to {successor}" if successor else "move to a supported runtime"
