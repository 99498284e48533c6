"""FL718 edge-handler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import EnvironmentRead, Found, Handler, Reachable, Shape, ShapeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import EdgeAssociation, Function
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, branches, is_absent
from faaslint_rules.handlers.languages import analysed
from faaslint_rules.handlers.undefined_environment_variable import PREFIXES, PROVIDED

from .associated import functions_of, where_associated

REGIONAL: Final = frozenset(
    {"dynamodb", "elasticache", "kinesis", "rds-data", "s3", "secretsmanager", "sns", "sqs", "ssm", "timestream-query"}
)
"""Services whose state lives in one region."""

VIEWER_RESPONSE: Final = "viewer-response"


@rule(id="FL718", name="edge-handler", level=Level.WARNING, visits=EdgeAssociation)
def edge_handler(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge handler does what can't work, or works badly, where it runs.

    What it does
    Looks at the source of the functions that a distribution associates for three things: reads of environment variables
    that no configuration can set at the edge (a read with a default always gets the default), calls of a service with state
    in one fixed region (`boto3.client("dynamodb", region_name="eu-west-1")`), and a status or body of the handler's own on
    `viewer-response` events.

    Why it matters
    The function runs at the location nearest to the viewer, anywhere in the world. What it asks of one fixed region, most
    viewers wait for. On a viewer response CloudFront takes changed headers only: another status or body is an error.

    How to fix
    Put what the function needs to know into its code. Keep state where every region has it (a global table, a bucket behind
    the distribution), or ask for it at the origin. Make responses of your own on request events, or on `origin-response`.

    What it can't know
    Source in languages other than Python, regions and responses that are computed, and calls that are rare enough to wait
    for.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
    """
    asked = False
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            asked = True
            yield found
            continue
        if not analysed(found.function):
            continue
        for guard, handler in graph.handlers_of(found.function):
            given = guard & found.guard
            if not given.satisfiable() or handler.found in (Found.NO_FILE, Found.NO_CALLABLE):
                continue
            asked = True
            if handler.found is Found.UNKNOWN:
                yield Withheld(handler.why or "the handler's code can't be known", handler.span)
                continue
            yield from _reads(association, found.function, handler, given)
            yield from _calls(association, found.function, handler, given)
            yield from _returns(association, found.function, handler, given)
    if not asked:
        yield INAPPLICABLE


def _reads(association: EdgeAssociation, function: Function, handler: Handler, guard: Guard) -> Iterator[Answer]:
    for read in handler.reads:
        name = text_of(read.variable) if isinstance(read.variable, Known) else None
        if name is None or read.reachable is not Reachable.YES or name in PROVIDED or name.startswith(PREFIXES):
            continue
        if _fails_anyway(function, read):
            continue
        yield claim(
            function,
            "environment",
            f"Function '{function.name}' reads the environment variable {name}, which can't be set at the edge; put its "
            "value into the code.",
            at=read.here(),
            related=(where_associated(association),),
            guard=guard,
        )


def _fails_anyway(function: Function, read: EnvironmentRead) -> bool:
    """A read that raises because nothing sets the variable is an error of its own, at the edge as elsewhere."""
    return read.required and not read.has_default and not read.guarded and is_absent(function.environment)


def _calls(association: EdgeAssociation, function: Function, handler: Handler, guard: Guard) -> Iterator[Answer]:
    spoken: set[str] = set()
    for call in handler.calls:
        if call.reachable is not Reachable.YES or not call.region or call.service not in REGIONAL:
            continue
        if call.service in spoken:
            continue
        spoken.add(call.service)
        yield claim(
            function,
            "handler",
            f"Function '{function.name}' calls {call.service} in {call.region} from wherever its viewers are; keep "
            "that state where every region has it, or ask for it at the origin.",
            at=call.here(),
            related=(where_associated(association), *(Location(span, "called from here") for span in call.route[-1:])),
            guard=guard,
        )


def _returns(association: EdgeAssociation, function: Function, handler: Handler, guard: Guard) -> Iterator[Answer]:
    """On a viewer response only headers may change: a response of the handler's own is refused."""
    for inner, event in branches(association.event_type):
        if text_of(event) != VIEWER_RESPONSE or not (guard & inner).satisfiable():
            continue
        for answer in handler.returns:
            made = [
                name for name in ("status", "body") if any(_is_made(shape) for shape in answer.shape.fields.get(name, ()))
            ]
            if made and answer.shape.kind is ShapeKind.MAPPING:
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' returns a {made[0]} of its own on {VIEWER_RESPONSE} events, where only "
                    "headers may change; return the event's response, or run it on origin-response events.",
                    at=answer.here(),
                    related=(where_associated(association),),
                    guard=guard & inner,
                )


def _is_made(shape: Shape) -> bool:
    """Whether the source made a value, instead of handing on what the event brought."""
    return shape.literal is not None and not shape.origin
