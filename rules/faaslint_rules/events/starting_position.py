"""FL506 starting-position."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import PollSource, poll_source
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, jointly

from .polled import Source, sources

NEEDED: Final = ("kinesis", "dynamodb", "msk", "kafka")
"""The kinds of which a mapping without a position is wrong. Change streams of DocumentDB have been seen to work without."""


@rule(
    id="FL506",
    name="starting-position",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",),
    fixable=True,
)
def starting_position(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A mapping does not say where in a stream to start, or says it of a queue.

    What it does
    Checks the starting position of an event source mapping: Kinesis, DynamoDB and MSK need one (an error), self-managed
    Kafka should have one (a warning), an SQS queue takes none, and no source takes one that it does not know (errors).

    Why it matters
    Lambda refuses the mapping, so the deployment fails. Self-managed Kafka starts where Lambda's default happens to be.

    How to fix
    Set `StartingPosition` to `LATEST` for what comes from now on, or to `TRIM_HORIZON` for all that is still there. Take it
    out of the mapping of a queue.

    What it can't know
    What kind of source an ARN from a parameter names.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
    """
    asked = False
    for source in sources(graph, mapping):
        fact = poll_source(source.kind)
        if fact is None:
            if source.kind == "" and source.why.why:
                asked = True
                yield withheld(source.why, mapping)
            continue
        if fact.starting_position == "optional":
            continue
        asked = True
        for guard, (position,) in jointly(mapping.starting_position, given=source.guard):
            if isinstance(position, Unknown):
                if fact.starting_position == "forbidden":
                    yield withheld(position, mapping)
            else:
                yield from _check(mapping, source, fact, position, guard)
    if not asked:
        yield INAPPLICABLE


def _check(mapping: EventSourceMapping, source: Source, fact: PollSource, position: Known, guard: Guard) -> Iterator[Answer]:
    spelled = mapping.spellings.get("starting_position", "StartingPosition")
    related = [] if source.node is mapping else [Location(source.node.span, "what is polled")]
    text = text_of(position)
    if position.value is None:
        if source.kind in NEEDED:
            optional = fact.starting_position == "expected"
            yield claim(
                mapping,
                "starting_position",
                f"Event source mapping '{mapping.name}' has no starting position, which {fact.service} "
                f"{'should have' if optional else 'needs'}; set its {spelled} to {' or '.join(fact.positions[:2])}.",
                value=position,
                related=related,
                level=Level.WARNING if optional else None,
                guard=guard,
            )
    elif fact.starting_position == "forbidden":
        yield claim(
            mapping,
            "starting_position",
            f"Event source mapping '{mapping.name}' has a starting position, which {fact.service} does not take; "
            f"take its {spelled} out.",
            value=position,
            related=related,
            guard=guard,
        )
    elif text is not None and text not in fact.positions:
        yield claim(
            mapping,
            "starting_position",
            f"Event source mapping '{mapping.name}' starts at {text}, which {fact.service} does not know; "
            f"set its {spelled} to {' or '.join(fact.positions)}.",
            value=position,
            related=related,
            guard=guard,
            edits=respelled(position, text.upper()) if text.upper() in fact.positions else [],
        )
