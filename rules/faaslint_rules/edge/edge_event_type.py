"""FL716 edge-event-type."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.graph.queries import associations_beside
from faaslint.model.finding import Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EdgeAssociation, Node
from faaslint.model.read import boolean_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, jointly

from .associated import Associated, functions_of


@rule(id="FL716", name="edge-event-type", level=Level.ERROR, visits=EdgeAssociation, fixable=True)
def edge_event_type(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge association has an event type that CloudFront does not take there.

    What it does
    Checks that the event type is one of `viewer-request`, `viewer-response`, `origin-request` and `origin-response`, that no
    cache behaviour associates two functions with the same event type, and that `IncludeBody` is set on request events only.

    Why it matters
    CloudFront refuses the distribution, so the deployment fails. Responses have no request body that could be included.

    How to fix
    Use one of the four event types, and each of them once in a cache behaviour. Two functions for one event are one function
    that calls both parts.

    What it can't know
    An event type that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-trigger-events.html
    - https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LambdaFunctionAssociation.html
    """
    subject = _subject(association, graph)
    for guard, (event, body) in jointly(association.event_type, association.include_body, given=association.guard):
        text = text_of(event)
        if isinstance(event, Unknown) or text is None:
            yield withheld(event, association)
            continue
        if text not in edge.event_types():
            message = (
                f"'{association.name}' associates a function with '{text}', which is no event type; use one of "
                f"{', '.join(edge.event_types())}."
            )
            yield claim(subject, "event_type", message, value=event, at=association.at("event_type", event), guard=guard)
            continue
        yield from _repeated(association, graph, subject, guard, event, text)
        if edge.is_request_event(text):
            continue
        if isinstance(body, Unknown):
            yield withheld(body, association)
        elif boolean_of(body):
            message = (
                f"'{association.name}' includes the request's body in {text} events, which have none; take the setting "
                "away or use a request event."
            )
            related = (Location(association.at("event_type", event).span, f"on {text} events"),)
            place = association.at("include_body", body)
            edits = respelled(body, "false")
            yield claim(subject, "include_body", message, value=body, at=place, related=related, guard=guard, edits=edits)


def _repeated(
    association: EdgeAssociation, graph: Graph, subject: Node, guard: Guard, event: Known, text: str
) -> Iterator[Answer]:
    """The later of two associations with one event type is the mistake."""
    for other in associations_beside(graph, association):
        if not isinstance(other, EdgeAssociation) or not _stands_before(other, association, graph):
            continue
        for both, (earlier,) in jointly(other.event_type, given=guard & other.guard):
            if isinstance(earlier, Known) and text_of(earlier) == text:
                message = (
                    f"'{association.name}' associates two functions with {text} events of one cache behaviour; keep one "
                    "of them, or make one function of both."
                )
                related = (Location(other.at("event_type", earlier).span, "the other one"),)
                place = association.at("event_type", event)
                yield claim(subject, "event_type", message, value=event, at=place, related=related, guard=both)
                return


def _stands_before(other: EdgeAssociation, association: EdgeAssociation, graph: Graph) -> bool:
    listed = graph.all(EdgeAssociation)
    return listed.index(other) < listed.index(association)


def _subject(association: EdgeAssociation, graph: Graph) -> Node:
    """Findings are about the function where it is one of the project, else about the distribution."""
    for found in functions_of(association, graph):
        if isinstance(found, Associated):
            return found.function
    return graph.node(association.distribution) or association
