"""Customer keys: which actions on a key an action on an encrypted resource takes, and which keys a configuration uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ..graph import Graph
from ..graph.identity import arn_of, canonical
from ..model.edges import EdgeKind
from ..model.guard import Guard
from ..model.nodes import Function, InvokeConfig, Key, Node, Table
from ..model.read import boolean_of, text_of
from ..model.span import Span
from ..model.value import Known, Leaf, Reference, Unknown, Value, branches
from .polled import polled_sources

if TYPE_CHECKING:
    from .configuration import ConfigurationNeed

DECRYPT: Final = "kms:Decrypt"
DATA_KEY: Final = "kms:GenerateDataKey"

KEY_ACTIONS: Final = {
    "sqs:SendMessage": (DATA_KEY, DECRYPT),
    "sqs:ReceiveMessage": (DECRYPT,),
    "sns:Publish": (DATA_KEY, DECRYPT),
    "kinesis:PutRecord": (DATA_KEY,),
    "kinesis:PutRecords": (DATA_KEY,),
    "kinesis:GetRecords": (DECRYPT,),
    "kinesis:SubscribeToShard": (DECRYPT,),
    "s3:GetObject": (DECRYPT,),
    "s3:PutObject": (DATA_KEY,),
    "secretsmanager:GetSecretValue": (DECRYPT,),
    "secretsmanager:PutSecretValue": (DATA_KEY, DECRYPT),
    # DynamoDB unwraps the key of the table for whoever reads or writes an item.
    **dict.fromkeys(
        (
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
        ),
        (DECRYPT,),
    ),
}
"""What an action takes on the customer key of its resource.

Sources: the services' developer guides on encryption at rest (SQS "Key management", SNS "Key management", Kinesis
"Permissions to use user-generated KMS keys", S3 "Using server-side encryption with KMS", Secrets Manager "Secret
encryption and decryption", DynamoDB "Encryption at rest: how it works" and aws/aws-cdk#10010 for writes).
"""

BESIDE_TABLES: Final = (
    "kms:Encrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    DATA_KEY,
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:DescribeKey",
    "kms:CreateGrant",
)
"""What DynamoDB's guide grants on the key of a table beside the need of its callers, the pairs by its `GenerateDataKey*`:
nobody's mistake."""


class UsedKey(NamedTuple):
    """The customer key of a resource. ``resource`` is its ARN, None where that can't be told; ``node`` if it is ours."""

    guard: Guard
    resource: Leaf | None
    node: Key | None
    certain: bool
    span: Span | None


def keys_of(value: Value, graph: Graph) -> Iterator[UsedKey]:
    """Yield the customer keys that a key property names; keys that AWS manages for a service need no permission."""
    for guard, leaf in branches(value):
        span = leaf.trail[-1] if leaf.trail else None
        if isinstance(leaf, Unknown):
            yield UsedKey(guard, None, None, False, span)
            continue
        if leaf.value is None or boolean_of(leaf) is not None:
            continue
        text = text_of(leaf)
        if text is not None:
            if "alias/aws/" in text or not text:
                continue
            is_key = ":key/" in text and text.startswith("arn:")
            yield UsedKey(guard, leaf if is_key else None, None, True, span)
            continue
        node = graph.node(leaf.value.address) if isinstance(leaf.value, Reference) else None
        if isinstance(node, Key):
            whole = arn_of(graph, node)
            yield UsedKey(guard, Known(whole) if whole is not None else None, node, True, span)
        else:
            # An alias, or a key of elsewhere.
            arn = Known(canonical(graph, leaf.value)) if isinstance(leaf.value, Reference) else None
            named = arn if isinstance(leaf.value, Reference) and leaf.value.attribute.lower().endswith("arn") else None
            yield UsedKey(guard, named, None, False, span)


def is_key_action(action: str) -> bool:
    """Return whether an action is one that an encrypted resource may take on its key."""
    return action in (DECRYPT, DATA_KEY)


def key_of(node: Node) -> Value | None:
    """Return the key property of a node, None for kinds of node that have none."""
    found: Value | None = getattr(node, "kms_key", None)
    return found


def needs_on_key(action: str, node: Node | None, graph: Graph) -> Iterator[tuple[str, UsedKey]]:
    """Yield what an action on a resource of the project takes on the customer key that the resource is encrypted with."""
    value = key_of(node) if node is not None else None
    if value is None or action not in KEY_ACTIONS:
        return
    for key in keys_of(value, graph):
        for wanted in KEY_ACTIONS[action]:
            yield wanted, key
        if isinstance(node, Table):
            for wanted in BESIDE_TABLES:
                yield wanted, key._replace(certain=False)


def key_needs_of(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    """Yield what Lambda needs the role for on keys: of the environment, of what it polls and of what it sends to."""
    from .configuration import ConfigurationNeed

    for key in keys_of(function.kms_key, graph):
        place = key.span or function.span
        given = key.guard & function.guard
        # Lambda adds a grant to the key for the role when it is set, in the name of whoever deploys.
        why = "to decrypt its environment variables"
        yield ConfigurationNeed(DECRYPT, key.resource, key.certain, given, place, why, by_key=True, advised=True)
    for guard, mapping in graph.mappings_of(function):
        for source in polled_sources(mapping, graph):
            if source.kind is None or source.node is None or boolean_of(source.enabled) is False:
                continue
            value = key_of(source.node)
            for key in keys_of(value, graph) if value is not None else ():
                given = guard & source.guard & key.guard
                certain = key.certain and source.kind.kind in ("sqs", "kinesis")
                yield ConfigurationNeed(
                    DECRYPT,
                    key.resource,
                    certain,
                    given,
                    mapping.at("source").span,
                    "to read its encrypted event source",
                    by_key=True,
                )
    senders: list[Node] = [function, *(one for one in graph.all(InvokeConfig) if _configures(one, function, graph))]
    for sender in senders:
        for kind in (EdgeKind.FAILS_TO, EdgeKind.SUCCEEDS_TO):
            for edge in graph.out(sender, kind):
                value = key_of(edge.target)
                for key in keys_of(value, graph) if value is not None else ():
                    place = edge.place.span if edge.place is not None else sender.span
                    for action in (DATA_KEY, DECRYPT):
                        yield ConfigurationNeed(
                            action,
                            key.resource,
                            key.certain,
                            edge.guard & key.guard,
                            place,
                            "to send to its encrypted target",
                            by_key=True,
                        )


def _configures(config: InvokeConfig, function: Function, graph: Graph) -> bool:
    return any(called is function for _, called, _ in graph.functions_called_by(config))
