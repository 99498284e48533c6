"""FL827 batch-result-ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route

BATCHES: Final = {
    ("events", "put_events"): "FailedEntryCount",
    ("kinesis", "put_records"): "FailedRecordCount",
    ("firehose", "put_record_batch"): "FailedPutCount",
    ("sqs", "send_message_batch"): "Failed",
    ("sns", "publish_batch"): "Failed",
    ("dynamodb", "batch_write_item"): "UnprocessedItems",
    ("dynamodb", "batch_get_item"): "UnprocessedKeys",
}
"""Calls that succeed in part, and the field of the result that says so."""


@rule(
    id="FL827",
    name="batch-result-ignored",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html",
        "https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
    ),
)
def batch_result_ignored(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The result of a batch call is dropped, although a part of the batch may have failed.

    What it does
    Looks for calls of `put_events`, `put_records`, `put_record_batch`, `send_message_batch`, `publish_batch`,
    `batch_write_item` and `batch_get_item` whose result the source drops, or gives a name that nothing reads.

    Why it matters
    These calls succeed even if every entry fails: the failures are in the result (`FailedEntryCount`, `Failed`,
    `UnprocessedItems`). Dropped, they are lost without a trace.

    How to fix
    Look at the result, and send what failed again. boto3's `Table.batch_writer` does it for DynamoDB.

    What it can't know
    Whether someone looks at the metrics of the target instead.

    Sources
    - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
    - https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
    - https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
    - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        for call in handler.calls:
            field = BATCHES.get((call.service, call.operation))
            if field is None or call.high_level or not call.discarded or call.reachable is Reachable.NO:
                continue
            if call.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", call.span)
                continue
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' drops the result of '{call.operation}', which lists the entries that failed; "
                f"look at '{field}'.",
                at=Place(call.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(call.span, f"calls {call.service} {call.operation}")),
                guard=guard,
            )
