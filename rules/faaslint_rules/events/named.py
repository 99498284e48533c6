"""What a value that should be an ARN names: the service, and whether it is a URL."""

from __future__ import annotations

from typing import Final

from faaslint.check.claims import respelled
from faaslint.graph import Graph
from faaslint.graph.identity import kind_of_reference
from faaslint.graph.resolve import resource_behind
from faaslint.model.finding import Edit
from faaslint.model.nodes import (
    Alias,
    Bucket,
    Bus,
    DeliveryStream,
    EventRule,
    Function,
    LogGroup,
    Node,
    Queue,
    StateMachine,
    Stream,
    Table,
    Topic,
    Version,
)
from faaslint.model.read import known_text_parts
from faaslint.model.value import Known, Leaf, Pattern, Reference

SERVICES: Final[dict[type[Node], str]] = {
    Queue: "sqs",
    Topic: "sns",
    Function: "lambda",
    Alias: "lambda",
    Version: "lambda",
    Bus: "events",
    EventRule: "events",
    Bucket: "s3",
    Stream: "kinesis",
    Table: "dynamodb",
    StateMachine: "states",
    LogGroup: "logs",
    DeliveryStream: "firehose",
}
"""The service field of the ARNs of a kind of resource."""

WORDS: Final = {
    "sqs": "an SQS queue",
    "sns": "an SNS topic",
    "lambda": "a function",
    "events": "an event bus or rule",
    "s3": "an S3 bucket",
    "kinesis": "a Kinesis stream",
    "dynamodb": "a DynamoDB table",
    "states": "a state machine",
    "logs": "a log group",
    "firehose": "a delivery stream",
}


def in_words(service: str) -> str:
    """Return what the resources of a service are called."""
    return WORDS.get(service, f"a resource of {service}")


def service_named(graph: Graph, leaf: Leaf) -> str:
    """Return the service of the resource that a value names, empty where it can't be known or is no resource's ARN."""
    if not isinstance(leaf, Known):
        return ""
    text = known_text_parts(leaf)
    if text is not None and text.startswith("arn:"):
        fields = text.split(":", 5)
        return fields[2] if len(fields) == 6 and fields[2].replace("-", "").isalnum() else ""
    if isinstance(leaf.value, Reference):
        node = graph.node(leaf.value.address)
        # A name is no ARN, which another rule says.
        if node is None or kind_of_reference(graph, leaf.value) in ("name", "url"):
            return ""
        return SERVICES.get(type(node), "")
    return ""


def is_queue_url(graph: Graph, leaf: Leaf) -> bool:
    """Return whether a value is the URL of a queue."""
    if not isinstance(leaf, Known):
        return False
    content = leaf.value
    first = content.parts[0] if isinstance(content, Pattern) else content
    if isinstance(first, Reference):
        return isinstance(graph.node(first.address), Queue) and kind_of_reference(graph, first) == "url"
    return isinstance(first, str) and first.startswith("https://sqs.")


def node_named(graph: Graph, leaf: Leaf) -> Node | None:
    """Return the resource of the project that a value names, None where it is none of this project."""
    found = resource_behind(graph, leaf, Node)
    return found if isinstance(found, Node) else None


def arn_for(leaf: Leaf) -> list[Edit]:
    """Return the edit that names a queue's ARN where a reference gives its URL; none where the form is another one."""
    if not isinstance(leaf, Known) or not isinstance(leaf.value, Reference):
        return []
    address, path = leaf.value.address, leaf.trail[-1].path if leaf.trail else ""
    if path.endswith((".yaml", ".yml")) and address.isalnum():
        return respelled(leaf, f"!GetAtt {address}.Arn")
    if path.endswith(".tf") and address.startswith("aws_sqs_queue.") and address.count(".") == 1 and "[" not in address:
        return respelled(leaf, f"{address}.arn")
    return []
