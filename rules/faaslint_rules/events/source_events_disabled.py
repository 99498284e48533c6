"""FL521 source-events-disabled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import event_bridge_of
from faaslint.graph.resolve import resource_behind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Bucket, EventRule
from faaslint.model.read import boolean_of, elements, field, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, Value, branches, is_absent

SOURCE: Final = "aws.s3"
RECORDED: Final = "CloudTrail"
"""In the detail type of events that a trail records: they need no notification."""


@rule(
    id="FL521",
    name="source-events-disabled",
    level=Level.ERROR,
    visits=EventRule,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html",),
)
def source_events_disabled(event_rule: EventRule, graph: Graph, context: Context) -> Iterator[Answer]:
    """A rule waits for the events of a bucket that does not send them to EventBridge.

    What it does
    Reads the patterns of rules for events of S3 (`aws.s3`) that name a bucket of this project, and looks whether the bucket
    sends its events to EventBridge. Rules for calls that CloudTrail records are left alone.

    Why it matters
    Buckets send nothing to EventBridge unless they are told to. The rule never matches, and nothing says so.

    How to fix
    Set `EventBridgeConfiguration` in the bucket's `NotificationConfiguration`; in Terraform `eventbridge = true` in its
    `aws_s3_bucket_notification`.

    What it can't know
    Buckets of other projects, and notifications that are set outside.

    Sources
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
    """
    if is_absent(event_rule.pattern):
        yield INAPPLICABLE
        return
    asked = False
    for guard, pattern in branches(event_rule.pattern):
        given = guard & event_rule.guard
        if not given.satisfiable():
            continue
        if isinstance(pattern, Unknown):
            asked = True
            yield withheld(pattern, event_rule)
            continue
        if not _says(field(pattern, "source"), SOURCE) or _recorded(pattern):
            continue
        for inner, name in elements(field(pattern, "detail.bucket.name")):
            both = given & inner
            bucket = resource_behind(graph, name, Bucket)
            if isinstance(bucket, Unknown):
                asked = True
                yield withheld(bucket, event_rule)
            elif bucket is not None and both.satisfiable():
                asked = True
                yield from _check(event_rule, bucket, name, both & bucket.guard, graph)
    if not asked:
        yield INAPPLICABLE


def _check(event_rule: EventRule, bucket: Bucket, name: Leaf, given: Guard, graph: Graph) -> Iterator[Answer]:
    for guard, switch in branches(event_bridge_of(graph, bucket)):
        both = guard & given
        if not both.satisfiable():
            continue
        if isinstance(switch, Unknown):
            yield withheld(switch, event_rule)
        elif boolean_of(switch) is not True:
            if graph.openness is not None:
                yield Withheld(graph.openness.why, graph.openness.where)
                continue
            yield claim(
                bucket,
                "event_bridge",
                f"Bucket '{bucket.name}' sends no events to EventBridge, and the rule '{event_rule.name}' waits for them; "
                "switch them on in its notifications.",
                value=switch if switch.trail else Known(None),
                related=[Location(name.trail[-1] if name.trail else event_rule.span, "the rule that waits for them")],
                route=[
                    Location(bucket.span, f"bucket '{bucket.name}'"),
                    Location(event_rule.span, f"rule '{event_rule.name}'"),
                ],
                guard=both,
            )


def _says(value: Value, text: str) -> bool:
    return any(text_of(leaf) == text for _, leaf in elements(value))


def _recorded(pattern: Leaf) -> bool:
    kinds = [text_of(leaf) for _, leaf in elements(field(pattern, "detail-type"))]
    return any(kind is None or RECORDED in kind for kind in kinds)
