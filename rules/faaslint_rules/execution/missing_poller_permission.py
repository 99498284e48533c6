"""FL310 missing-poller-permission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import PollerNeed, PollSource
from faaslint.graph import Graph
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer as Match
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import EventSourceMapping, Function, Node, Role
from faaslint.model.read import boolean_of
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Unknown, branches, jointly
from faaslint.privilege.grants import grants_of, lack_of, roles_of
from faaslint.privilege.polled import kind_of
from faaslint.privilege.resource_policies import lets_in, resource_policy

from .granted import nearest, used_at

FOR_CONSUMERS = frozenset({"kinesis:SubscribeToShard"})
"""Part of AWS's policy for Kinesis, but used by registered consumers only."""


class Reader(NamedTuple):
    """The kind of source that a mapping reads, and whether as a registered consumer of it."""

    source: PollSource
    consumer: bool


class Case(NamedTuple):
    """One way from a mapping to the role that it reads with."""

    mapping: EventSourceMapping
    node: Node
    reader: Reader
    source: Leaf
    function: Function
    role: Role


@rule(
    id="FL310",
    name="missing-poller-permission",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",),
)
def missing_poller_permission(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role can't read what an event source mapping polls for it.

    What it does
    Checks that the role of the function behind a mapping allows what Lambda needs to read the source: for SQS
    `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:GetQueueAttributes`; for Kinesis `kinesis:GetRecords`,
    `kinesis:GetShardIterator` and `kinesis:DescribeStream` or `kinesis:DescribeStreamSummary` (`kinesis:SubscribeToShard`
    for a registered consumer); for DynamoDB streams `dynamodb:GetRecords`, `dynamodb:GetShardIterator` and
    `dynamodb:DescribeStream`; likewise for MSK, Amazon MQ and DocumentDB. What AWS's managed policy grants beyond that is a
    note. Disabled mappings are left alone.

    Why it matters
    Lambda polls with the function's role. Without these permissions the mapping can't be created, or it reads nothing.

    How to fix
    Allow the actions on the source, or attach the managed policy for the source, such as `AWSLambdaSQSQueueExecutionRole`.

    What it can't know
    Policies that are not in the project, and what a policy of the source itself allows.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    if all(isinstance(leaf, Unknown) for _, leaf in branches(mapping.source)):
        yield from (withheld(leaf, mapping) for _, leaf in branches(mapping.source))
        return
    asked = False
    for polled, node in graph.polled_by(mapping):
        for guard, (source, enabled) in jointly(mapping.source, mapping.enabled, given=mapping.guard & polled):
            kind, consumer = kind_of(node, source)
            if boolean_of(enabled) is False or kind is None:
                continue
            reader = Reader(kind, consumer)
            for answer in _ask(mapping, node, reader, source, graph, guard):
                asked = True
                if answer is not None:
                    yield answer
    if not asked:
        yield INAPPLICABLE


def _ask(
    mapping: EventSourceMapping, node: Node, reader: Reader, source: Leaf, graph: Graph, given: Guard
) -> Iterator[Answer | None]:
    """Yield an answer for each role that reads for the mapping, None for a good one."""
    functions = graph.functions_called_by(mapping)
    if not functions:
        yield from (withheld(callee.unknown, mapping) for callee in graph.callees(mapping) if callee.unknown is not None)
    for called, function, _ in functions:
        for guard, role in roles_of(function, graph):
            both = given & called & guard
            if not both.satisfiable():
                continue
            if isinstance(role, Withheld):
                yield role
            else:
                yield _judge(Case(mapping, node, reader, source, function, role), grants_of(role, graph), graph, both)


def _judge(case: Case, grants: Grants, graph: Graph, given: Guard) -> Answer | None:
    needs = case.reader.source.consumer_core if case.reader.consumer else case.reader.source.core
    answer = _lacking(case, grants, graph, needs, given, None)
    if answer is not None or case.reader.consumer:
        return answer
    extra = [need for need in case.reader.source.documented if need.any_of[0] not in FOR_CONSUMERS]
    answer = _lacking(case, grants, graph, extra, given, Level.NOTE)
    return None if isinstance(answer, Withheld) else answer


def _lacking(
    case: Case, grants: Grants, graph: Graph, needs: Sequence[PollerNeed], given: Guard, level: Level | None
) -> Answer | None:
    missing: list[str] = []
    guard = NEVER
    unknown: Withheld | None = None
    for need in needs:
        lack = lack_of(grants, need.any_of, case.source if need.on == "source" else None, given)
        unknown = unknown or lack.unknown
        if not lack.guard.satisfiable():
            continue
        if need.on == "source" and lets_in(need.any_of[0], case.role, graph, case.node) is Match.YES:
            continue
        allowed = resource_policy(need.any_of[0], case.role, graph, case.node) if need.on == "source" else None
        if allowed is not None:
            unknown = unknown or allowed
            continue
        missing.append(" or ".join(need.any_of))
        guard = guard | lack.guard
    if not missing:
        return unknown
    mapping, function, role, service = case.mapping, case.function, case.role, case.reader.source.service
    managed = case.reader.source.managed_policy.partition(" ")[0].rpartition("/")[2]
    has_policy = managed.startswith("AWS")
    beyond = f", as {managed} does" if has_policy else ", as AWS's guide for it says"
    return claim(
        mapping,
        "source",
        f"Event source mapping '{mapping.name}' polls {service} with its function's role, which does not allow "
        f"{', '.join(missing)}{' there' if level is None else beyond}; allow this"
        + (f", or attach {managed}." if has_policy else "."),
        at=used_at(mapping, "source", case.source),
        related=[
            Location(function.span, f"the function '{function.name}'"),
            *nearest(grants, role, missing[0].split(" ")[0]),
        ],
        route=[
            Location(mapping.span, f"event source mapping '{mapping.name}'"),
            Location(function.span, f"function '{function.name}'"),
            Location(role.span, f"role '{role.name}'"),
        ],
        level=level,
        guard=guard,
    )
