"""What a reference stands for, in the terms that IAM compares: the ARN with its known parts and holes.

``!Ref Queue`` is a URL, ``!GetAtt Queue.Arn`` an ARN, ``aws_sqs_queue.q.name`` a name; a policy and the code that it is
for seldom use the same one. Here all of them become the same pattern, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model import nodes
from ..model.nodes import Node
from ..model.read import text_of
from ..model.value import Environment, Known, Leaf, Pattern, Payload, Reference, Unknown, Value
from .graph import Graph

PARTITION = Unknown("the partition depends on the deployment", "AWS::Partition")
REGION = Unknown("the region depends on the deployment", "AWS::Region")
STREAM_LABEL = Unknown("a stream's label is the time at which it was enabled")
QUALIFIER = Unknown("the qualifier is computed")
ACCOUNT = Unknown("the account depends on the deployment", "AWS::AccountId")

Hole = str | Reference | Environment | Unknown

ARNS: dict[type[Node], tuple[tuple[Hole, ...], str]] = {
    nodes.Queue: (("arn:", PARTITION, ":sqs:", REGION, ":", ACCOUNT, ":"), "queue_name"),
    nodes.Topic: (("arn:", PARTITION, ":sns:", REGION, ":", ACCOUNT, ":"), "topic_name"),
    nodes.Stream: (("arn:", PARTITION, ":kinesis:", REGION, ":", ACCOUNT, ":stream/"), "stream_name"),
    nodes.Table: (("arn:", PARTITION, ":dynamodb:", REGION, ":", ACCOUNT, ":table/"), "table_name"),
    nodes.Bucket: (("arn:", PARTITION, ":s3:::"), "bucket_name"),
    nodes.Bus: (("arn:", PARTITION, ":events:", REGION, ":", ACCOUNT, ":event-bus/"), "bus_name"),
    nodes.EventRule: (("arn:", PARTITION, ":events:", REGION, ":", ACCOUNT, ":rule/"), "rule_name"),
    nodes.Function: (("arn:", PARTITION, ":lambda:", REGION, ":", ACCOUNT, ":function:"), "function_name"),
    nodes.StateMachine: (("arn:", PARTITION, ":states:", REGION, ":", ACCOUNT, ":stateMachine:"), "machine_name"),
    nodes.DeliveryStream: (("arn:", PARTITION, ":firehose:", REGION, ":", ACCOUNT, ":deliverystream/"), "stream_name"),
    nodes.Key: (("arn:", PARTITION, ":kms:", REGION, ":", ACCOUNT, ":key/"), ""),
    nodes.LogGroup: (("arn:", PARTITION, ":logs:", REGION, ":", ACCOUNT, ":log-group:"), "group_name"),
}
"""How the ARN of a kind of resource is built: what stands before the name, and the attribute that sets the name."""

SERVICES: dict[str, tuple[type[Node], ...]] = {
    "sqs": (nodes.Queue,),
    "sns": (nodes.Topic,),
    "kinesis": (nodes.Stream,),
    "dynamodb": (nodes.Table,),
    "s3": (nodes.Bucket,),
    "events": (nodes.Bus, nodes.EventRule),
    "states": (nodes.StateMachine,),
    "logs": (nodes.LogGroup,),
    "firehose": (nodes.DeliveryStream,),
}
"""The kinds that the ARNs of a service may name."""

ARN_ATTRIBUTES = frozenset({"Arn", "arn", "TopicArn", "topic_arn"})
STREAM_ATTRIBUTES = frozenset({"StreamArn", "stream_arn"})
PUBLISHED_ARNS = frozenset({"Ref", "AliasArn", "FunctionArn", "arn", "id", "qualified_arn"})
"""What yields the ARN of an alias or version."""
REF_IS_ARN = (nodes.Topic, nodes.StateMachine)
SECRET_ARNS = frozenset({"Ref", "Id", "id", "arn"})
"""Attributes of a secret that are its ARN, of which no part can be told beforehand: it ends in characters by chance."""

REF_IS_URL = (nodes.Queue,)
ARN_IDS = (nodes.Topic, nodes.StateMachine)
"""Kinds whose Terraform ``id`` is the ARN."""


def kind_of_reference(graph: Graph, reference: Reference) -> str:
    """Return what a reference yields: ``arn``, ``stream``, ``url``, ``name``; ``other`` where there are no words for it."""
    node = graph.node(reference.address)
    if node is None or type(node) not in ARNS:
        return "other"
    attribute = reference.attribute
    if attribute in ARN_ATTRIBUTES:
        return "arn"
    if attribute in STREAM_ATTRIBUTES:
        return "stream"
    if attribute == "Ref":
        return "arn" if isinstance(node, REF_IS_ARN) else "url" if isinstance(node, REF_IS_URL) else "name"
    if attribute == "id":
        return "arn" if isinstance(node, ARN_IDS) else "url" if isinstance(node, REF_IS_URL) else "name"
    if attribute in ("url", "QueueUrl"):
        return "url"
    if attribute in ("name", "bucket", "function_name", "QueueName", "TopicName", "TableName", "Name", "key_id"):
        return "name"
    return "other"


def name_part(graph: Graph, node: Node) -> str | Reference:
    """Return the name of a resource: its text where the user gives one, else a reference that stands for it."""
    attribute = ARNS[type(node)][1]
    value: Value | None = getattr(node, attribute) if attribute else None
    if isinstance(value, Known):
        text = text_of(value)
        if text:
            return text
    return Reference(node.id, "name")


def arn_of(graph: Graph, node: Node) -> Pattern | None:
    """Return the ARN of a resource as a pattern, None for kinds whose ARN is not built from a name."""
    if type(node) not in ARNS:
        return None
    return _pattern((*ARNS[type(node)][0], name_part(graph, node)))


def qualified_arn(graph: Graph, node: Node, qualifier: Leaf | None = None) -> Pattern | None:
    """Return the ARN of a function, alias or version as IAM sees a call of it; None where the function is not known.

    ``qualifier`` is what a caller writes after the ARN or name of a function.
    """
    behind = graph.function_behind(node)
    arn = arn_of(graph, behind[0][1]) if len(behind) == 1 else None
    if arn is None or node is behind[0][1]:
        if arn is None or qualifier is None or (isinstance(qualifier, Known) and qualifier.value is None):
            return arn
        content = qualifier.value if isinstance(qualifier, Known) else qualifier
        return _pattern((*arn.parts, ":", content if isinstance(content, (str, Reference)) else QUALIFIER))
    if isinstance(node, nodes.Alias):
        name = text_of(node.alias_name) if isinstance(node.alias_name, Known) else None
        return _pattern((*arn.parts, ":", name or Reference(node.id, "name")))
    return _pattern((*arn.parts, ":", Reference(node.id, "version")))


def canonical(graph: Graph, content: Payload) -> Payload:
    """Return a text, reference or pattern with every reference replaced by what it stands for."""
    if isinstance(content, Reference):
        node = graph.node(content.address)
        if isinstance(node, nodes.Secret) and content.attribute in SECRET_ARNS:
            return Reference(content.address, "arn")
        if isinstance(node, (nodes.Alias, nodes.Version)) and content.attribute in PUBLISHED_ARNS:
            return qualified_arn(graph, node) or content
        kind = kind_of_reference(graph, content)
        if node is None or kind == "other":
            return content
        if kind == "stream":
            # One table has one stream at a time: wherever it is named, the label is the same.
            label = Unknown(STREAM_LABEL.why, f"stream label of {node.id}")
            return _pattern((*ARNS[type(node)][0], name_part(graph, node), "/stream/", label))
        if kind in ("arn", "url"):
            # A queue is meant by its URL as much as by its ARN; IAM knows only the ARN.
            arn = arn_of(graph, node)
            if isinstance(node, nodes.LogGroup) and content.attribute == "Arn" and arn is not None:
                # CloudFormation gives the ARN of a log group with the streams of it.
                return _pattern((*arn.parts, ":*"))
            return arn or content
        return name_part(graph, node)
    if isinstance(content, Pattern):
        parts: list[Hole] = []
        for part in content.parts:
            whole = canonical(graph, part) if isinstance(part, Reference) else part
            if isinstance(whole, Pattern):
                parts += whole.parts
            elif isinstance(whole, (str, Reference, Environment, Unknown)):
                parts.append(whole)
        return _pattern(parts)
    return content


def _pattern(parts: Iterable[Hole]) -> Pattern:
    joined: list[Hole] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(last, str):
            joined[-1] = last + part
        elif part != "":
            joined.append(part)
    return Pattern(tuple(joined))
