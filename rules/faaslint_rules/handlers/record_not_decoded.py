"""FL826 record-not-decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable, SdkCall
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import field
from faaslint.model.span import Location, Place
from faaslint.model.value import ABSENT, Unknown, Value

from .running import Running, route
from .wired import wired

ENCODED: Final = {
    "kinesis": (("Records", "[*]", "kinesis", "data"),),
    "firehose": (("records", "[*]", "data"),),
    "msk": (("records", "[*]", "[*]", "value"),),
    "kafka": (("records", "[*]", "[*]", "value"),),
    "mq": (("messages", "[*]", "data"), ("rmqMessagesByQueue", "[*]", "[*]", "data")),
}
"""Where the events of each source hold data in base64."""


@rule(
    id="FL826",
    name="record-not-decoded",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
    ),
)
def record_not_decoded(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler takes the data of a record as it comes, although the source encodes it.

    What it does
    Follows the parts of the event from the sources that are wired. It speaks where JSON is read from data that is still
    in base64 (Kinesis, Firehose, Kafka, MQ), where log events are not also unzipped, and where the key of an object from
    a bucket's notification goes to S3 without `unquote_plus` (a warning).

    Why it matters
    The data is no JSON before it is decoded, so that every record fails. A key with a space or an umlaut is not found.

    How to fix
    Write `json.loads(base64.b64decode(record["kinesis"]["data"]))`,
    `gzip.decompress(base64.b64decode(event["awslogs"]["data"]))` and
    `urllib.parse.unquote_plus(record["s3"]["object"]["key"])`.

    What it can't know
    What code outside the package does with the data. Keys in EventBridge events are not encoded.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    - https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    kinds = {one.trigger.kind: one for one in wired(graph, function)}
    if not kinds.keys() & {*ENCODED, "bucket", "log-subscription"}:
        yield INAPPLICABLE
        return
    for given, handler in running:
        if handler.signature is None:
            yield Withheld("what the handler gets as event can't be known", handler.span)
            continue
        for read in handler.events:
            for kind, caller in kinds.items():
                lacks = _lacks(kind, read.path)
                if lacks and read.reachable is Reachable.YES and not read.protected:
                    yield claim(
                        function,
                        "handler",
                        f"Function '{function.name}' reads JSON from data that {lacks}; decode it first.",
                        at=Place(read.span, handler.callable),
                        related=[Location(caller.trigger.place.span, "where the data comes from")],
                        route=route(function, handler, Location(read.span, "read here")),
                        guard=given & caller.guard,
                    )
        bucket = kinds.get("bucket")
        for call in handler.calls if bucket is not None and len(kinds) == 1 else ():
            key = _key_of(call)
            if isinstance(key, Unknown) and _is_key(key.symbol or "") and call.reachable is Reachable.YES:
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' uses an object's key as the notification encodes it; "
                    "decode it with urllib.parse.unquote_plus.",
                    at=Place(call.span, handler.callable),
                    related=[Location(bucket.trigger.place.span, "where the notifications come from")] if bucket else [],
                    route=route(function, handler, Location(call.span, f"calls {call.service} {call.operation}")),
                    level=Level.WARNING,
                    guard=given,
                )
                break


def _key_of(call: SdkCall) -> Value:
    """Return the argument of a call that names an object in S3; ABSENT where it has none."""
    if call.service == "s3":
        return call.arguments.get("Key", ABSENT)
    if call.service in ("rekognition", "textract"):
        for name in ("Image", "Video", "Document", "DocumentLocation"):
            if name in call.arguments:
                return field(call.arguments[name], "S3Object.Name")
    return ABSENT


def _is_key(symbol: str) -> bool:
    """Return whether data is the key of an object of a notification, as it came."""
    return symbol.startswith("event.Records[") and symbol.endswith("].s3.object.key")


def _lacks(kind: str, path: tuple[str, ...]) -> str:
    """Return what was not done to data before JSON is read from it, empty where all was."""
    if path[-1:] != ("json()",):
        return ""
    if kind == "log-subscription" and path[:2] == ("awslogs", "data"):
        rest = path[2:-1]
        return "is in base64 and zipped" if not rest else "is zipped" if rest == ("base64()",) else ""
    for wanted in ENCODED.get(kind, ()):
        if len(path) == len(wanted) + 1 and all(
            step == want or (want == "[*]" and not step.endswith("()")) for step, want in zip(path, wanted, strict=False)
        ):
            return "is in base64"
    return ""
