"""FL717 cloudfront-function."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.graph.queries import associations_beside
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import CloudFrontFunction, CloudFrontFunctionAssociation, Distribution, EdgeAssociation
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches, jointly

KILOBYTE = 1024


@rule(id="FL717", name="cloudfront-function", level=Level.ERROR, visits=Distribution)
def cloudfront_function(distribution: Distribution, graph: Graph, context: Context) -> Iterator[Answer]:
    """A CloudFront Function is too large, or stands where CloudFront does not run it.

    What it does
    Checks the CloudFront Functions that a distribution's cache behaviours associate: their code has at most 10 KB, they are
    associated with viewer events, and no Lambda@Edge function is on a viewer event of the same behaviour.

    Why it matters
    CloudFront refuses the function or the distribution, so the deployment fails.

    How to fix
    Make the code smaller, use `viewer-request` or `viewer-response`, and choose one kind of function for the viewer
    events of a behaviour. Lambda@Edge has room for more code and runs on origin events, too.

    What it can't know
    Functions of other projects, and code or event types that come from parameters without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-choosing.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
    """
    associations = [one for one in graph.all(CloudFrontFunctionAssociation) if one.distribution == distribution.id]
    if not associations:
        yield INAPPLICABLE
    measured: set[str] = set()
    for association in associations:
        yield from _event(association, graph)
        for guard, function in resolved(graph, association.function, CloudFrontFunction):
            if isinstance(function, Unknown):
                yield withheld(function, association)
            elif function is None:
                yield Withheld("the function is not in this project", association.at("function").span)
            elif function.id not in measured and (guard & association.guard).satisfiable():
                measured.add(function.id)
                yield from _size(function)


def _size(function: CloudFrontFunction) -> Iterator[Answer]:
    limit = edge.cloudfront_function_kb()
    for guard, code in branches(function.source_text):
        text = text_of(code)
        if text is None:
            yield withheld(code, function)
            continue
        size = len(text.encode())
        if size > limit * KILOBYTE:
            yield claim(
                function,
                "source_text",
                f"CloudFront Function '{function.name}' has {size} bytes of code, more than the {limit} KB that "
                "CloudFront takes; make it smaller, or use Lambda@Edge.",
                value=code,
                guard=guard,
            )


def _event(association: CloudFrontFunctionAssociation, graph: Graph) -> Iterator[Answer]:
    allowed = edge.cloudfront_function_events()
    distribution = graph.node(association.distribution) or association
    for guard, (event,) in jointly(association.event_type, given=association.guard):
        text = text_of(event)
        if text is None:
            yield withheld(event, association)
            continue
        place = association.at("event_type", event)
        if text not in allowed:
            yield claim(
                distribution,
                "event_type",
                f"'{association.name}' associates a CloudFront Function with '{text}', but they run on "
                f"{' and '.join(allowed)} only; use one of these, or Lambda@Edge.",
                value=event,
                at=place,
                guard=guard,
            )
            continue
        for other in associations_beside(graph, association):
            if not isinstance(other, EdgeAssociation):
                continue
            for both, (others,) in jointly(other.event_type, given=guard & other.guard):
                if isinstance(others, Unknown):
                    yield withheld(others, other)
                elif edge.is_viewer_event(text_of(others) or ""):
                    yield claim(
                        distribution,
                        "event_type",
                        f"'{association.name}' has a CloudFront Function and a Lambda@Edge function on viewer events of "
                        "one cache behaviour; use one kind for both.",
                        value=event,
                        at=place,
                        related=(Location(other.at("event_type", others).span, "the Lambda@Edge function"),),
                        guard=both,
                    )
