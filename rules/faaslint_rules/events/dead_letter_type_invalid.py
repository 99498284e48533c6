"""FL507 dead-letter-type-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import (
    EventSourceMapping,
    EventTarget,
    Function,
    InvokeConfig,
    Node,
    Queue,
    QueueRedrive,
    Schedule,
    Subscription,
)
from faaslint.model.read import boolean_of, elements
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, Value, is_absent, jointly

from .named import arn_for, in_words, is_queue_url, node_named, service_named
from .polled import first_in_first_out, named_as_fifo


class Taken(NamedTuple):
    """What an attribute takes: the services, and how bad a FIFO queue or topic is there (None: it is fine)."""

    services: tuple[str, ...]
    fifo: Level | None = None


TAKEN: Final[dict[type[Node], dict[str, Taken]]] = {
    Function: {"dead_letter": Taken(("sqs", "sns"), Level.WARNING)},
    InvokeConfig: {
        "on_failure": Taken(("sqs", "sns", "lambda", "events", "s3"), Level.ERROR),
        "on_success": Taken(("sqs", "sns", "lambda", "events"), Level.ERROR),
    },
    EventSourceMapping: {"on_failure": Taken(("sqs", "sns", "s3", "kafka"), Level.ERROR)},
    Queue: {"dead_letter": Taken(("sqs",))},
    QueueRedrive: {"dead_letter": Taken(("sqs",))},
    Subscription: {"dead_letter": Taken(("sqs",))},
    EventTarget: {"dead_letter": Taken(("sqs",))},
    Schedule: {"dead_letter": Taken(("sqs",))},
}


@rule(
    id="FL507",
    name="dead-letter-type-invalid",
    level=Level.ERROR,
    visits=Node,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    ),
    fixable=True,
)
def dead_letter_type_invalid(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """What failed is sent to something that can't take it.

    What it does
    Checks the targets of what failed: a function's dead-letter target is a queue or topic, and should be no FIFO one (a
    warning); the destinations of asynchronous calls and of streams are of the kinds that Lambda knows and no FIFO ones;
    the dead-letter queue of a queue is of the queue's own kind, FIFO or standard; that of a subscription, a rule's target or
    a schedule is a queue. A queue's URL in place of its ARN is an error too.

    Why it matters
    The service refuses the configuration, so the deployment fails; or it accepts it, and what failed is lost.

    How to fix
    Name a standard queue or topic by its ARN. For a FIFO queue make its dead-letter queue a FIFO one too.

    What it can't know
    The kind of targets outside the project whose ARN is not written out.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_DestinationConfig.html
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    attributes = TAKEN.get(type(node), {})
    asked = False
    for attribute, taken in attributes.items():
        value: Value = getattr(node, attribute)
        if is_absent(value):
            continue
        asked = True
        for guard, leaf in elements(value):
            given = guard & node.guard
            if given.satisfiable():
                yield from _check(node, attribute, taken, leaf, given, graph)
    if not asked:
        yield INAPPLICABLE


def _check(node: Node, attribute: str, taken: Taken, leaf: Leaf, given: Guard, graph: Graph) -> Iterator[Answer]:
    if isinstance(leaf, Unknown):
        yield withheld(leaf, node)
        return
    spelled = node.spellings.get(attribute, attribute)
    target = node_named(graph, leaf)
    related = [Location(target.span, f"'{target.name}'")] if target is not None else []
    allowed = " or ".join(in_words(service) for service in taken.services if service != "kafka")
    if is_queue_url(graph, leaf):
        yield claim(
            node,
            attribute,
            f"The {spelled} of '{node.name}' takes an ARN and gets the URL of a queue; use the queue's ARN.",
            value=leaf,
            related=related,
            guard=given,
            edits=arn_for(leaf),
        )
        return
    service = service_named(graph, leaf)
    if not service:
        return
    if service not in taken.services:
        yield claim(
            node,
            attribute,
            f"The {spelled} of '{node.name}' names {in_words(service)}, which can't take what is sent there; "
            f"name {allowed}.",
            value=leaf,
            related=related,
            guard=given,
        )
        return
    ordered = first_in_first_out(target) if target is not None else named_as_fifo(leaf)
    if isinstance(node, (Queue, QueueRedrive)):
        yield from _same_kind(node, leaf, ordered, related, given, graph)
    elif taken.fifo is not None and service in ("sqs", "sns"):
        for guard, (fifo,) in jointly(ordered, given=given):
            if isinstance(fifo, Unknown):
                yield withheld(fifo, node)
            elif boolean_of(fifo) is True:
                may = "does not take" if taken.fifo is Level.ERROR else "is not documented to take"
                yield claim(
                    node,
                    attribute,
                    f"The {spelled} of '{node.name}' {may} a FIFO queue or topic; name a standard one.",
                    value=leaf,
                    related=related,
                    level=taken.fifo,
                    guard=guard,
                )


def _same_kind(
    node: Queue | QueueRedrive, leaf: Known, ordered: Value, related: list[Location], given: Guard, graph: Graph
) -> Iterator[Answer]:
    queues: list[tuple[Guard, Queue]] = [(given, node)] if isinstance(node, Queue) else []
    if isinstance(node, QueueRedrive):
        queues = [(given & guard, one) for guard, one in resolved(graph, node.queue, Queue) if isinstance(one, Queue)]
    for both, queue in queues:
        for guard, (mine, other) in jointly(first_in_first_out(queue), ordered, given=both & queue.guard):
            unknown = next((one for one in (mine, other) if isinstance(one, Unknown)), None)
            if unknown is not None:
                yield withheld(unknown, node)
            elif boolean_of(mine) is not boolean_of(other):
                kinds = ("FIFO", "standard") if boolean_of(mine) else ("standard", "FIFO")
                yield claim(
                    node,
                    "dead_letter",
                    f"Queue '{queue.name}' is a {kinds[0]} queue, and its dead-letter queue is a {kinds[1]} one, which SQS "
                    f"refuses; name a {kinds[0]} queue.",
                    value=leaf,
                    related=related,
                    guard=guard,
                )
