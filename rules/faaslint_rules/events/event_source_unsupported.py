"""FL516 event-source-unsupported."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import poll_sources
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, Queue
from faaslint.model.read import known_text_parts, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, branches, jointly

from .named import arn_for, in_words, is_queue_url, node_named, service_named


@rule(
    id="FL516",
    name="event-source-unsupported",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",),
    fixable=True,
)
def event_source_unsupported(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """An event source mapping names something that Lambda can't poll.

    What it does
    Checks that the source of a mapping is an ARN of a service that Lambda polls: SQS, Kinesis, DynamoDB streams, MSK, MQ,
    DocumentDB. A topic, a bucket or another resource that calls functions itself is an error, and so are a queue's URL and
    a queue in another region than the function.

    Why it matters
    Lambda refuses the mapping, so the deployment fails.

    How to fix
    Name a source by its ARN. A topic, bucket or rule calls the function itself: subscribe the function to it.

    What it can't know
    What an ARN from a parameter names.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    polled = {service for source in poll_sources().values() for service in source.arn_services}
    asked = False
    for guard, leaf in branches(mapping.source):
        given = guard & mapping.guard
        if not given.satisfiable():
            continue
        if isinstance(leaf, Unknown):
            asked = True
            yield withheld(leaf, mapping)
            continue
        if leaf.value is None:
            continue
        asked = True
        target = node_named(graph, leaf)
        related = [Location(target.span, f"'{target.name}'")] if target is not None else []
        service = service_named(graph, leaf)
        if is_queue_url(graph, leaf):
            problem = "gets the URL of a queue where an ARN belongs; use the queue's ARN"
        elif service and service not in polled:
            problem = f"names {in_words(service)}, which Lambda does not poll; let that call the function itself"
        else:
            yield from _regions(mapping, leaf, given, graph)
            continue
        yield claim(
            mapping,
            "source",
            f"Event source mapping '{mapping.name}' {problem}.",
            value=leaf,
            related=related,
            guard=given,
            edits=arn_for(leaf) if is_queue_url(graph, leaf) else [],
        )
    if not asked:
        yield INAPPLICABLE


def _regions(mapping: EventSourceMapping, source: Known, given: Guard, graph: Graph) -> Iterator[Answer]:
    here = _region(source, "sqs")
    queue = node_named(graph, source)
    if not here and isinstance(queue, Queue):
        here = next((text_of(leaf) or "" for guard, leaf in branches(queue.region) if (guard & given).satisfiable()), "")
    if not here:
        return
    for guard, leaf in branches(mapping.function):
        there = _region(leaf, "lambda")
        if there and there != here and (guard & given).satisfiable():
            yield _elsewhere(mapping, source, here, there, guard & given)
            return
    for called, function, _ in graph.functions_called_by(mapping):
        for guard, (region,) in jointly(function.region, given=given & called):
            there = text_of(region) or ""
            if there and there != here:
                yield _elsewhere(mapping, source, here, there, guard)
                return


def _elsewhere(mapping: EventSourceMapping, source: Known, here: str, there: str, guard: Guard) -> Answer:
    return claim(
        mapping,
        "source",
        f"Event source mapping '{mapping.name}' reads a queue in {here} for a function in {there}; "
        "both have to be in one region.",
        value=source,
        related=[Location(mapping.at("function").span, "the function")],
        guard=guard,
    )


def _region(leaf: Leaf, service: str) -> str:
    """Return the region of an ARN of a service, empty where it does not say one."""
    fields = (known_text_parts(leaf) or "").split(":", 5)
    return fields[3] if len(fields) == 6 and fields[2] == service and "\0" not in fields[3] else ""
