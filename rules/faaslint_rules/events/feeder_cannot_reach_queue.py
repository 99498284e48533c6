"""FL520 feeder-cannot-reach-queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.graph.queries import statements_on
from faaslint.iam import match
from faaslint.model.edges import Edge, EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import ALWAYS, NEVER, Guard
from faaslint.model.nodes import Key, Node, Queue, Statement
from faaslint.model.read import elements, known_text_parts, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Fields, Known, Unknown, Value, branches, is_absent

FEEDERS: Final = frozenset({"topic", "event-rule", "bucket"})
"""Kinds of sources that send to a queue as a service, with no role of the user's."""

SEND: Final = "sqs:SendMessage"
ENCRYPT: Final = ("kms:GenerateDataKey", "kms:Decrypt")
OWN_KEY: Final = "alias/aws/sqs"
"""The key that AWS manages for SQS; its policy names no service."""


@rule(
    id="FL520",
    name="feeder-cannot-reach-queue",
    level=Level.ERROR,
    visits=Queue,
    references=("https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",),
)
def feeder_cannot_reach_queue(queue: Queue, graph: Graph, context: Context) -> Iterator[Answer]:
    """A topic, rule or bucket sends to a queue that does not let it.

    What it does
    For a queue that feeds a function, looks at each topic, EventBridge rule and bucket of the project that sends to it, and
    checks that some statement of the queue's policy lets that service send, and that the queue's key lets it encrypt.

    Why it matters
    A topic or rule is set up without complaint and its events vanish: no error, no message, no call of the function. S3
    refuses the notification.

    How to fix
    Add a queue policy that allows `sqs:SendMessage` for the service's principal, with the source's ARN as condition. Use a
    key of your own whose policy allows the service `kms:GenerateDataKey*` and `kms:Decrypt`, or SQS-managed encryption.

    What it can't know
    Policies that something outside the project sets, and whether the conditions of a statement hold.

    Sources
    - https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    senders = [
        edge
        for edge in graph.into(queue, EdgeKind.DELIVERS_TO)
        if edge.trigger in FEEDERS and not edge.by_role and is_absent(edge.credentials)
    ]
    if not senders or not graph.into(queue, EdgeKind.POLLS):
        yield INAPPLICABLE
        return
    told: set[str] = set()
    for edge in senders:
        principal = canonical_principal(edge.principal)
        given = edge.guard & queue.guard
        if principal in told or not given.satisfiable():
            continue
        for answer in (*_policy(queue, edge, principal, given, graph), *_key(queue, edge, principal, given, graph)):
            if not isinstance(answer, Withheld):
                told.add(principal)
            yield answer


def _policy(queue: Queue, edge: Edge, principal: str, given: Guard, graph: Graph) -> Iterator[Answer]:
    allowed, perhaps, why = _allowed(graph, queue, (SEND,), principal)
    lacking = given & ~allowed
    if not lacking.satisfiable():
        return
    if why is not None or (lacking & perhaps).satisfiable():
        yield why or Withheld("the queue's policy may let it", queue.span)
        return
    yield _claim(
        queue,
        edge,
        f"Queue '{queue.name}' gets events from '{edge.source.name}', and no statement of its policy lets {principal} "
        f"send them, so they are lost; allow {SEND} for that principal.",
        queue.here(),
        lacking,
    )


def _key(queue: Queue, edge: Edge, principal: str, given: Guard, graph: Graph) -> Iterator[Answer]:
    for guard, leaf in branches(queue.kms_key):
        here = guard & given
        text = known_text_parts(leaf)
        if not here.satisfiable() or text is None or not text.endswith(OWN_KEY):
            continue
        yield _claim(
            queue,
            edge,
            f"Queue '{queue.name}' gets events from '{edge.source.name}' and is encrypted with the key '{OWN_KEY}', which "
            f"{principal} may not use, so they are lost; use a key of your own, or SQS-managed encryption.",
            queue.at("kms_key", leaf),
            here,
        )
    for encrypted in graph.out(queue, EdgeKind.ENCRYPTED_BY):
        key = encrypted.target
        here = encrypted.guard & given
        if not isinstance(key, Key) or not here.satisfiable():
            continue
        allowed, perhaps, why = _allowed(graph, key, ENCRYPT, principal)
        lacking = here & ~allowed
        if not lacking.satisfiable():
            continue
        if why is not None or (lacking & perhaps).satisfiable():
            yield why or Withheld("the key's policy may let it", key.span)
            continue
        yield _claim(
            queue,
            edge,
            f"Queue '{queue.name}' gets events from '{edge.source.name}', and its key '{key.name}' does not let {principal} "
            f"encrypt them, so they are lost; allow {' and '.join(ENCRYPT)} for that principal.",
            encrypted.place or queue.here(),
            lacking,
            [Location(key.span, "the key")],
        )


def _claim(queue: Queue, edge: Edge, message: str, at: Place, guard: Guard, related: list[Location] | None = None) -> Answer:
    return claim(
        queue,
        "",
        message,
        at=at,
        related=[
            Location(edge.place.span if edge.place else edge.source.span, "what sends to the queue"),
            *(related or ()),
        ],
        route=[
            Location(edge.source.span, f"'{edge.source.name}' sends as {canonical_principal(edge.principal)}"),
            Location(queue.span, f"queue '{queue.name}'"),
        ],
        guard=guard,
    )


def _allowed(graph: Graph, node: Node, actions: tuple[str, ...], principal: str) -> tuple[Guard, Guard, Withheld | None]:
    """When the policy of a resource lets a service take all actions, when it perhaps does, and why that can't be known."""
    known = statements_on(graph, node)
    why = Withheld(known.openness.why, known.openness.where) if known.openness is not None else None
    certain, possible = ALWAYS, ALWAYS
    for action in actions:
        surely, maybe = NEVER, NEVER
        for guard, policy, statement in known.statements:
            if all(text_of(leaf) == "Deny" for _, leaf in branches(statement.effect)):
                continue
            given = guard & policy.guard & statement.guard
            covered, named = _covers(statement, action), _names(statement, principal)
            if match.Answer.NO in (covered, named):
                continue
            maybe = maybe | given
            if covered is match.Answer.YES and named is match.Answer.YES:
                surely = surely | given
        certain, possible = certain & surely, possible & maybe
    return certain, possible, why


def _covers(statement: Statement, action: str) -> match.Answer:
    if is_absent(statement.actions):
        return match.Answer.NO if is_absent(statement.not_actions) else match.Answer.MAYBE
    return _best(match.action_matches(leaf, action) for _, leaf in elements(statement.actions))


def _names(statement: Statement, principal: str) -> match.Answer:
    if not is_absent(statement.not_principals):
        return match.Answer.MAYBE
    return _best(_named(leaf, principal) for _, leaf in branches(statement.principals))


def _named(leaf: Value, principal: str) -> match.Answer:
    if not isinstance(leaf, Known):
        return match.Answer.MAYBE
    if not isinstance(leaf.value, Fields):
        return match.Answer.YES if text_of(leaf) == "*" else match.Answer.MAYBE
    if leaf.value.openness is not None:
        return match.Answer.MAYBE
    answers: list[match.Answer] = []
    for kind, value in leaf.value.values.items():
        for _, one in elements(value):
            text = text_of(one)
            if kind == "Service":
                answers.append(
                    match.Answer.MAYBE
                    if text is None
                    else match.Answer.YES
                    if canonical_principal(text) == principal
                    else match.Answer.NO
                )
            elif text == "*":
                answers.append(match.Answer.YES)
            elif isinstance(one, Unknown):
                answers.append(match.Answer.MAYBE)
    return _best(iter(answers))


def _best(answers: Iterator[match.Answer]) -> match.Answer:
    found = set(answers)
    return next((one for one in (match.Answer.YES, match.Answer.MAYBE) if one in found), match.Answer.NO)
