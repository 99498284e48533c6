"""FL515 filter-pattern-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import filter_counts
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventRule, EventSourceMapping, Node, Subscription
from faaslint.model.read import elements
from faaslint.model.span import Span
from faaslint.model.value import Known, Leaf, Pattern, Unknown, Value, innermost, is_absent

from .patterns import LIST_BELONGS, Hole, NotJson, Problem, count, fields_of, part_at, plain, problems
from .polled import sources

_RECORD: Final = ("eventID", "eventName", "eventVersion", "eventSource", "eventSourceARN", "awsRegion")
FIELDS: Final[dict[str, frozenset[str]]] = {
    "sqs": frozenset(
        {"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody", "md5OfMessageAttributes"}
        | {"eventSource", "eventSourceARN", "awsRegion"}
    ),
    "kinesis": frozenset(
        {"data", "partitionKey", "sequenceNumber", "approximateArrivalTimestamp", "kinesisSchemaVersion", "kinesis"}
        | {"invokeIdentityArn", *_RECORD}
    ),
    "dynamodb": frozenset({"dynamodb", "userIdentity", *_RECORD}),
    "event-rule": frozenset(
        {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"}
    ),
}
"""What stands at the top of the events of a source."""

MOST: Final = 10
"""How many problems of one pattern are looked at."""

WHOSE: Final = {
    "sqs": "a message",
    "kinesis": "a record of Kinesis",
    "dynamodb": "a record of DynamoDB",
    "event-rule": "an event",
}


@rule(
    id="FL515",
    name="filter-pattern-invalid",
    level=Level.ERROR,
    visits=Node,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html",),
    fixable=True,
)
def filter_pattern_invalid(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """A filter or event pattern is not one that the service understands, or can match nothing.

    What it does
    Reads the filters of event source mappings, the patterns of EventBridge rules and the filter policies of subscriptions:
    they are JSON objects whose leaves are lists of values or known operators, and a mapping has at most 20 of them (all
    errors). More than five filters, which need a raised quota, and a name at the top that the source's events do not have
    are warnings.

    Why it matters
    The service refuses the pattern, so the deployment fails. A pattern for a field that there is not never matches: the
    function is not called, and a mapping of a queue deletes the messages.

    How to fix
    Write each leaf as a list: `{"body": {"type": ["paid"]}}`.

    What it can't know
    Patterns that come from parameters, and what the body of a message holds.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    - https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
    - https://github.com/aws/event-ruler (names with dots)
    """
    if isinstance(node, EventSourceMapping) and not is_absent(node.filters):
        kinds = {source.kind for source in sources(graph, node)}
        kind = kinds.pop() if len(kinds) == 1 else ""
        yield from _counted(node)
        yield from _read(node, "filters", node.filters, kind, "filter")
    elif isinstance(node, EventRule) and not is_absent(node.pattern):
        yield from _read(node, "pattern", node.pattern, "event-rule", "event pattern")
    elif isinstance(node, Subscription) and not is_absent(node.filter_policy):
        yield from _read(node, "filter_policy", node.filter_policy, "", "filter policy")
    else:
        yield INAPPLICABLE


def _counted(mapping: EventSourceMapping) -> Iterator[Answer]:
    usual, most = filter_counts()
    number = count(mapping.filters)
    if number is not None and number > usual:
        refused = number > most
        yield claim(
            mapping,
            "filters",
            f"Event source mapping '{mapping.name}' has {number} filters, "
            + (f"and Lambda takes at most {most}; " if refused else f"and the quota is {usual} unless it was raised; ")
            + "join some into one with lists of values.",
            level=None if refused else Level.WARNING,
        )


def _read(node: Node, attribute: str, value: Value, kind: str, word: str) -> Iterator[Answer]:
    for guard, leaf in elements(value):
        given = guard & node.guard
        if not given.satisfiable():
            continue
        if isinstance(leaf, Unknown) or isinstance(leaf.value, Pattern):
            yield withheld(leaf, node)
            continue
        if leaf.value == "":
            # Terraform's way to set none, in a module that asks for either a pattern or a schedule.
            continue
        try:
            pattern = plain(leaf)
            found = list(islice(problems(pattern), MOST))
        except NotJson as error:
            pattern, found = None, [Problem(f"it is no JSON ({error})")]
        told: set[Span | None] = set()
        for wrong in found:
            place = part_at(leaf, wrong.path)
            if (span := innermost(place)) in told:
                # A pattern that is a text has one place, where the first problem is enough to say.
                continue
            told.add(span)
            yield claim(
                node,
                attribute,
                f"The {word} of '{node.name}' is refused, as {wrong.words}; "
                "write an object whose leaves are lists of values.",
                value=place if isinstance(place, Known) else leaf,
                guard=given,
                edits=_in_a_list(place, wrong) if place is not leaf else [],
            )
        if found:
            continue
        if isinstance(pattern, Hole):
            yield withheld(leaf, node)
        else:
            # The services join names by dots, so 'detail.state' is what 'state' within 'detail' is.
            names = fields_of(pattern) if kind in FIELDS else ()
            strange = [name for name in names if name.partition(".")[0] not in FIELDS[kind]]
            if strange:
                yield _strange(node, attribute, leaf, word, strange[0], kind, given)


def _in_a_list(place: Value, problem: Problem) -> list[Edit]:
    """Return the edits that put one value into a list, where the pattern is written as more than a text."""
    if not problem.words.endswith(LIST_BELONGS) or not isinstance(place, Known) or not isinstance(place.value, (str, int)):
        return []
    found: list[Edit] = []
    for span in place.trail[-1:]:
        begin = span._replace(end_line=span.line, end_column=span.column)
        end = span._replace(line=span.end_line, column=span.end_column)
        found += (Edit(begin, "[", safe=True), Edit(end, "]", safe=True)) if span.line == span.end_line else ()
    return found


def _strange(node: Node, attribute: str, leaf: Leaf, word: str, name: str, kind: str, given: Guard) -> Answer:
    known = sorted(FIELDS[kind])
    near = next((one for one in known if one.replace("-", "").lower() == name.replace("-", "").replace("_", "").lower()), "")
    remedy = f"write '{near}'" if near else f"name one of {', '.join(known[:6])} …"
    return claim(
        node,
        attribute,
        f"The {word} of '{node.name}' asks for '{name}', which {WHOSE[kind]} does not have, so nothing matches; {remedy}.",
        value=part_at(leaf, (name,)) if isinstance(leaf, Known) else None,
        level=Level.WARNING,
        guard=given,
    )
