"""FL517 sources-need-redrive."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.resolve import resolved
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import EventTarget, Node, Queue, QueueRedrive, Subscription
from faaslint.model.value import Known, Unknown, Value, jointly


@rule(
    id="FL517",
    name="sources-need-redrive",
    level=Level.NOTE,
    profile="strict",
    visits=Node,
    references=("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",),
)
def sources_need_redrive(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """A queue, a topic's subscription or a rule's target keeps nothing of what can't be delivered.

    What it does
    Looks for queues without a redrive policy, subscriptions without one, and targets of EventBridge rules without a
    dead-letter queue. Queues that are themselves the dead-letter queue of something are left alone.

    Why it matters
    A message that fails again and again stays in its queue until it expires, and takes the place of others; an event that a
    topic or rule can't deliver is dropped.

    How to fix
    Set a redrive policy (`RedrivePolicy`, `redrive_policy`), or a dead-letter queue for the target (`DeadLetterConfig`).

    What it can't know
    Redrive policies that are set outside the project.

    Sources
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    - https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    if isinstance(node, Queue):
        if graph.into(node, EdgeKind.FAILS_TO) or graph.into(node, EdgeKind.SUCCEEDS_TO):
            yield INAPPLICABLE
            return
        attribute, value, what = "redrive", node.redrive, f"Queue '{node.name}' has no redrive policy"
        for redrive in graph.all(QueueRedrive):
            for _, queue in resolved(graph, redrive.queue, Queue):
                if queue is node:
                    return
                if isinstance(queue, Unknown):
                    yield withheld(queue, redrive)
                    return
    elif isinstance(node, Subscription):
        attribute, value, what = "redrive", node.redrive, f"The subscription '{node.name}' has no redrive policy"
    elif isinstance(node, EventTarget):
        attribute, value, what = (
            "dead_letter",
            node.dead_letter,
            f"The target of rule '{node.name}' has no dead-letter queue",
        )
    else:
        yield INAPPLICABLE
        return
    yield from _without(node, attribute, value, f"{what}, so what can't be processed or delivered is lost; set one.")


def _without(node: Node, attribute: str, value: Value, message: str) -> Iterator[Answer]:
    for guard, (leaf,) in jointly(value, given=node.guard):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, node)
        elif isinstance(leaf, Known) and leaf.value is None:
            # What is absent has no place of its own: the claim stands at the queue, subscription or target as a whole.
            yield claim(node, attribute, message, value=leaf, at=node.here(), guard=guard)
