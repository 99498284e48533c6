"""What the code and the configuration of functions need their role for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from faaslint.facts import vpc
from faaslint.facts.event_sources import poll_sources
from faaslint.graph import Graph
from faaslint.iam.actions import matches
from faaslint.model.facts import Found, Handler, Reachable
from faaslint.model.nodes import Function, InvokeConfig
from faaslint.model.read import text_of
from faaslint.model.value import Open, Openness, branches, is_absent

from .calls import needs_of_call

LOGS: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
TRACING: Final = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
)
TARGETS: Final = (
    "sqs:SendMessage",
    "sns:Publish",
    "lambda:InvokeFunction",
    "events:PutEvents",
    "s3:PutObject",
    "s3:ListBucket",
)
MOUNTS: Final = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess")


class Needed(NamedTuple):
    """What is needed. ``called`` is what the source's calls take, ``configured`` what the configuration may take.

    ``openness`` says why there may be more.
    """

    called: tuple[str, ...]
    configured: frozenset[str]
    openness: Openness

    def holds(self, action: str) -> bool:
        """Return whether an action is needed, or belongs to a needed pattern."""
        return any(matches(pattern, action) for pattern in (*self.called, *self.configured))


def needed_by(functions: Iterable[Function], graph: Graph) -> Needed:
    """Return what functions need together. The list is open where source could not be read, or a call is not understood."""
    called: dict[str, None] = {}
    settings: set[str] = set()
    unknown: Openness = None
    for function in functions:
        handlers = graph.handlers_of(function)
        if not handlers:
            unknown = unknown or Open("the code of a function could not be read", function.span)
        for _, handler in handlers:
            unknown = unknown or _incomplete(handler)
            for call in handler.calls:
                if call.reachable is Reachable.NO or call.own_credentials:
                    continue
                needs = needs_of_call(call, function, graph)
                called.update(dict.fromkeys(need.action for need in needs.required))
                if not needs.known:
                    unknown = unknown or Open(f"what {call.service}.{call.operation} takes is not known", call.span)
        settings.update(configured(function, graph))
    return Needed(tuple(called), frozenset(settings), unknown)


def _incomplete(handler: Handler) -> Openness:
    if handler.found is not Found.YES:
        return Open(handler.why or "the code of a function could not be read", handler.span)
    return handler.needs_openness


def configured(function: Function, graph: Graph) -> Iterator[str]:
    """Yield what the configuration of a function needs (or may need) the role for."""
    yield from LOGS
    if any(text_of(leaf) != "PassThrough" for _, leaf in branches(function.tracing)):
        yield from TRACING
    if not is_absent(function.subnets) or not is_absent(function.vpc):
        yield from vpc.documented_actions()
        yield from ("ec2:DetachNetworkInterface", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs")
    if not is_absent(function.file_systems):
        yield from MOUNTS
    if not is_absent(function.kms_key):
        yield "kms:Decrypt"
    if not is_absent(function.durable):
        yield from ("lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
    targets = not is_absent(function.dead_letter)
    for _, mapping in graph.mappings_of(function):
        targets = targets or not is_absent(mapping.on_failure)
        for source in poll_sources().values():
            for need in (*source.core, *source.consumer_core, *source.documented):
                yield from need.any_of
        yield from ("kms:Decrypt", "kafka-cluster:Connect", "kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup")
        yield from (
            "kafka-cluster:DescribeTopic",
            "kafka-cluster:ReadData",
            "kafka-cluster:DescribeClusterDynamicConfiguration",
        )
    if targets or _has_destinations(function, graph):
        yield from TARGETS


def _has_destinations(function: Function, graph: Graph) -> bool:
    return any(
        called is function for config in graph.all(InvokeConfig) for _, called, _ in graph.functions_called_by(config)
    )
