"""FL505 stream-without-failure-target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import EventSourceMapping
from faaslint.model.read import boolean_of, integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, jointly

from .polled import Source, sources

STREAMS: Final = {"kinesis": "shard of the stream", "dynamodb": "shard of the table's stream"}


@rule(
    id="FL505",
    name="stream-without-failure-target",
    level=Level.WARNING,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html",),
)
def stream_without_failure_target(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A mapping of a stream tries a failing batch until its records expire, or drops it without a trace.

    What it does
    Looks at the mappings of Kinesis and DynamoDB streams: they should have an on-failure destination, and a bound for the
    retries or for the age of a record. Disabled mappings are left alone.

    Why it matters
    By default Lambda tries a failing batch again until its records expire, up to days: the whole shard waits behind one bad
    record. With a bound and without a destination, the records are dropped and nobody knows which.

    How to fix
    Set `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds`, and an on-failure destination (`DestinationConfig`).

    What it can't know
    Whether the handler catches every failure itself.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """
    asked = False
    for source in sources(graph, mapping):
        if source.kind in STREAMS:
            asked = True
            yield from _check(mapping, source)
    if not asked:
        yield INAPPLICABLE


def _check(mapping: EventSourceMapping, source: Source) -> Iterator[Answer]:
    values = (mapping.enabled, mapping.on_failure, mapping.maximum_retries, mapping.maximum_record_age)
    for guard, (enabled, target, retries, age) in jointly(*values, given=source.guard):
        if boolean_of(enabled) is False:
            continue
        without = isinstance(target, Known) and target.value is None
        endless = _endless(retries) and _endless(age)
        unknown = next((leaf for leaf in (retries, age) if isinstance(leaf, Unknown)), None)
        names = mapping.spellings
        bound = names.get("maximum_retries", "MaximumRetryAttempts")
        destination = names.get("on_failure", "DestinationConfig")
        if without and endless:
            wrong = f"tries a failing batch until its records expire, while the {STREAMS[source.kind]} waits"
            remedy = f"set its {bound} and its {destination}"
        elif endless:
            wrong = "tries a failing batch until its records expire, so nothing reaches its on-failure destination in time"
            remedy = f"set its {bound}"
        elif without and unknown is None:
            wrong = "drops a failing batch after its retries without a trace"
            remedy = f"set its {destination}"
        else:
            if unknown is not None:
                yield withheld(unknown, mapping)
            continue
        yield claim(
            mapping,
            "on_failure" if without else "maximum_retries",
            f"Event source mapping '{mapping.name}' {wrong}; {remedy}.",
            value=target if without else retries,
            related=[Location(source.node.span, "what is polled")],
            guard=guard,
        )


def _endless(leaf: Leaf) -> bool:
    return isinstance(leaf, Known) and (leaf.value is None or integer_of(leaf) == -1)
