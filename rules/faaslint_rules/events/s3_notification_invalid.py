"""FL518 s3-notification-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Bucket, BucketNotification, BucketNotifications, Node
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, is_absent, jointly

WILD: Final = "*"


@rule(
    id="FL518",
    name="s3-notification-invalid",
    level=Level.ERROR,
    visits=Node,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",),
    fixable=True,
)
def s3_notification_invalid(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """Notifications of a bucket replace or contradict each other, or match no key.

    What it does
    Looks for two notification resources on one bucket (an error), for notifications of one bucket that share an event and
    whose prefixes and suffixes overlap (an error), and for filters with a `*`, which S3 takes literally (a warning).

    Why it matters
    A bucket has one notification configuration: the second resource replaces the first, and each deployment undoes the
    other. S3 refuses overlapping notifications. A `*` in a filter matches only keys that have that very character.

    How to fix
    Put all notifications of a bucket into one resource, with filters that exclude each other; send to a topic or to
    EventBridge what several should get. Write `.jpg` instead of `*.jpg`.

    What it can't know
    Notifications that other projects set on the bucket.

    Sources
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
    """
    if isinstance(node, BucketNotification):
        yield from _filters(node)
    elif isinstance(node, Bucket):
        yield from _resources(node, graph)
        yield from _overlaps([one for one in graph.all(BucketNotification) if one.name == node.name])
    elif isinstance(node, BucketNotifications):
        yield from _overlaps([one for one in graph.all(BucketNotification) if one.name == node.name])
    else:
        yield INAPPLICABLE


def _resources(bucket: Bucket, graph: Graph) -> Iterator[Answer]:
    found: list[tuple[Guard, BucketNotifications]] = []
    for notifications in graph.all(BucketNotifications):
        for guard, named in resolved(graph, notifications.bucket, Bucket):
            if named is bucket:
                found.append((guard & notifications.guard & bucket.guard, notifications))
    if bucket.unknown_count and len(found) > 1:
        yield Withheld("the number of buckets can't be known, so these may be several", bucket.span)
        return
    for (guard, first), (other, second) in combinations(found[:20], 2):
        if first is not second and (guard & other).satisfiable():
            yield claim(
                second,
                "bucket",
                f"Both '{first.name}' and '{second.name}' set the notifications of bucket '{bucket.name}', so one replaces "
                "the other; put them into one resource.",
                related=[
                    Location(first.span, f"'{first.name}' sets them too"),
                    Location(bucket.span, "the bucket"),
                ],
                guard=guard & other,
            )
            return


def _filters(notification: BucketNotification) -> Iterator[Answer]:
    for attribute in ("prefix", "suffix"):
        for guard, (leaf,) in jointly(getattr(notification, attribute), given=notification.guard):
            text = text_of(leaf)
            if isinstance(leaf, Unknown):
                yield withheld(leaf, notification)
            elif text is not None and WILD in text:
                yield claim(
                    notification,
                    attribute,
                    f"A notification of '{notification.name}' has the {attribute} '{text}', and S3 takes '{WILD}' "
                    f"literally, so no key matches; write the {attribute} without it.",
                    value=leaf,
                    level=Level.WARNING,
                    guard=guard,
                    edits=_without(leaf, attribute, text),
                )


def _without(leaf: Leaf, attribute: str, text: str) -> list[Edit]:
    """Return the edit that takes the asterisk away where it stands at the open end of a prefix or suffix."""
    if text.count(WILD) != 1 or not (text.endswith(WILD) if attribute == "prefix" else text.startswith(WILD)):
        return []
    return respelled(leaf, text.replace(WILD, ""), safe=False)


def _overlaps(notifications: list[BucketNotification]) -> Iterator[Answer]:
    if len(notifications) < 2:
        yield INAPPLICABLE
        return
    for first, second in combinations(notifications[:40], 2):
        values = (first.prefix, first.suffix, second.prefix, second.suffix)
        for guard, leaves in jointly(*values, given=first.guard & second.guard):
            unknown = next((leaf for leaf in leaves if isinstance(leaf, Unknown)), None)
            if unknown is not None:
                yield withheld(unknown, second)
                continue
            prefix, suffix, other_prefix, other_suffix = (_text(leaf) for leaf in leaves)
            if None in (prefix, suffix, other_prefix, other_suffix):
                continue
            shared = _shared(first, second)
            starts = str(prefix).startswith(str(other_prefix)) or str(other_prefix).startswith(str(prefix))
            ends = str(suffix).endswith(str(other_suffix)) or str(other_suffix).endswith(str(suffix))
            if shared and starts and ends:
                yield claim(
                    second,
                    "events",
                    f"Two notifications of '{second.name}' are for the event '{shared}' on overlapping keys, which S3 "
                    "refuses; give them prefixes or suffixes that exclude each other.",
                    related=[Location(first.at("events").span, "the other notification")],
                    guard=guard,
                )
                return


def _text(leaf: Leaf) -> str | None:
    return "" if isinstance(leaf, Known) and leaf.value is None else text_of(leaf)


def _shared(first: BucketNotification, second: BucketNotification) -> str:
    """Return an event that both notifications are surely for, empty where there is none."""
    if is_absent(first.events) or is_absent(second.events):
        return ""
    mine = [text for _, leaf in elements(first.events) if (text := text_of(leaf))]
    others = [text for _, leaf in elements(second.events) if (text := text_of(leaf))]
    for one in mine:
        for other in others:
            if one == other or _within(one, other) or _within(other, one):
                return other
    return ""


def _within(event: str, whole: str) -> bool:
    return whole.endswith(":*") and event.startswith(whole[:-1])
