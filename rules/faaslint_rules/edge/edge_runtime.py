"""FL701 edge-runtime."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import runtimes
from faaslint.facts.runtimes import RuntimeFact, RuntimeStatus
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import EdgeAssociation, Function
from faaslint.model.read import text_of
from faaslint.model.value import Known, Unknown, jointly

from .associated import functions_of, where_associated


@rule(id="FL701", name="edge-runtime", level=Level.ERROR, visits=EdgeAssociation, supersedes=("FL113",))
def edge_runtime(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has a runtime that CloudFront does not run.

    What it does
    Checks that each function that a distribution associates runs Node.js or Python, in a version with which functions can
    still be created. A deprecated version is a warning.

    Why it matters
    CloudFront refuses the association, so the deployment fails. A deprecated runtime gets no security patches, and every
    change of an edge function publishes a new version, which AWS will refuse once the runtime is blocked.

    How to fix
    Write the function in Node.js or Python, with the runtime that the message names.

    What it can't know
    Functions of other projects, container images (Lambda@Edge takes none), and runtimes newer than this version's data.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    judged = False
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            judged = True
            yield found
            continue
        function = found.function
        for guard, (runtime, package) in jointly(function.runtime, function.package_type, given=found.guard):
            if (isinstance(package, Known) and package.value == "Image") or (
                isinstance(runtime, Known) and runtime.value is None
            ):
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
            complaint = _complaint(function, fact, context)
            if complaint is None:
                continue
            if isinstance(package, Unknown):
                yield withheld(package, function)
                continue
            message, level = complaint
            yield claim(
                function,
                "runtime",
                message,
                value=runtime,
                related=(where_associated(association),),
                level=level,
                guard=guard,
            )
    if not judged:
        yield INAPPLICABLE


def _complaint(function: Function, fact: RuntimeFact, context: Context) -> tuple[str, Level] | None:
    identifier = fact.identifier
    if not fact.edge_language:
        return (
            f"Function '{function.name}' uses {identifier}, but Lambda@Edge runs Node.js and Python only; rewrite it in "
            f"one of them.",
            Level.ERROR,
        )
    status = runtimes.status(identifier, context.as_of)
    successor = runtimes.successor(identifier, context.as_of) or "a supported runtime"
    if status in (RuntimeStatus.CREATE_BLOCKED, RuntimeStatus.UPDATE_BLOCKED):
        return (
            f"Function '{function.name}' runs at the edge with {identifier}, with which AWS refuses to create functions "
            f"since {fact.block_create}; move to {successor}.",
            Level.ERROR,
        )
    if status is RuntimeStatus.DEPRECATED:
        return (
            f"Function '{function.name}' runs at the edge with {identifier}, which AWS deprecated on {fact.deprecation}; "
            f"move to {successor}.",
            Level.WARNING,
        )
    return None
