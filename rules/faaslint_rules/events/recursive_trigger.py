"""FL510 recursive-trigger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.graph.resolve import resource_behind
from faaslint.iam.match import Answer as Certainty
from faaslint.model.facts import Found, Handler, Reachable, SdkCall
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import BucketNotification, EventSourceMapping, Function, Node, Subscription
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import ABSENT, Environment, Known, Leaf, Pattern, Unknown, Value, branches, is_absent

from ..handlers.languages import analysed

WRITES: Final = {
    "bucket": ("s3", ("put_object", "copy_object"), ("Bucket",)),
    "sqs": ("sqs", ("send_message", "send_message_batch"), ("QueueUrl",)),
    "topic": ("sns", ("publish", "publish_batch"), ("TopicArn", "TargetArn")),
    "dynamodb": ("dynamodb", ("put_item", "update_item", "delete_item", "batch_write_item"), ("TableName",)),
    "kinesis": ("kinesis", ("put_record", "put_records"), ("StreamName", "StreamARN")),
}
"""The calls that make events of a kind of trigger: service, operations, and the arguments that name the resource."""

MADE: Final = {"put_object": "Put", "copy_object": "Copy"}
"""The event of S3 that a call makes."""

OWN_BUCKET: Final = "event.Records[*].s3.bucket.name"
OWN_KEY: Final = "event.Records[*].s3.object.key"
OWN_NAMES: Final = ("AWS_LAMBDA_FUNCTION_NAME", "context.function_name", "context.invoked_function_arn")


class Written(NamedTuple):
    """A call that writes to a trigger, when, and how sure that is."""

    guard: Guard
    call: SdkCall
    certainty: Certainty


@rule(
    id="FL510",
    name="recursive-trigger",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",),
)
def recursive_trigger(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function writes to what triggers it, so each call causes the next.

    What it does
    Compares the calls of the handler with the function's triggers: an object put into the bucket that calls it (where the
    notification's prefix and suffix surely match), a message to the queue or topic, a write to the table or stream, an
    invocation of itself. Handlers that test what they got, mappings with filters, and functions whose `RecursiveLoop` is
    allowed are left alone.

    Why it matters
    The function calls itself without end. Lambda stops some of these loops after about 16 rounds and drops the event;
    others run until someone sees the bill.

    How to fix
    Write to another bucket, queue, topic or table, or under a prefix that the notification excludes.

    What it can't know
    Names that are computed, and conditions that end the loop outside of what the handler tests of its event.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
    """
    allowed = any(text_of(leaf) == "Allow" for _, leaf in branches(function.recursive_loop)) or not analysed(function)
    handlers = [(guard & function.guard, one) for guard, one in graph.handlers_of(function) if one.found is Found.YES]
    if allowed or not handlers:
        unknown = next((one for _, one in graph.handlers_of(function) if one.found is Found.UNKNOWN), None)
        yield INAPPLICABLE if allowed or unknown is None else Withheld(unknown.why or "its code is unknown", unknown.span)
        return
    callers = [one for one in triggers(graph, function) if one.kind in WRITES]
    told: set[str] = set()
    for given, handler in handlers:
        if not given.satisfiable():
            continue
        for caller in callers:
            for written in _writes(graph, function, handler, caller, given):
                if caller.source.id in told:
                    break
                answer = _answer(function, handler, caller, written)
                if not isinstance(answer, Withheld):
                    told.add(caller.source.id)
                yield answer
        yield from _itself(graph, function, handler, given)


def _tested(handler: Handler) -> bool:
    """A handler that looks at its records may stop on what it wrote itself."""
    return any(len(path) > 1 and path[0] == "Records" for path in handler.event_tests)


def _answer(function: Function, handler: Handler, caller: Trigger, written: Written) -> Answer:
    call = written.call
    if written.certainty is Certainty.MAYBE or call.reachable is not Reachable.YES:
        return Withheld("whether the write triggers the function can't be known", call.span)
    if _tested(handler) or _filtered(caller.via):
        return Withheld("a test or a filter may stop the loop", call.span)
    return claim(
        function,
        "handler",
        f"Function '{function.name}' writes to '{caller.source.name}', which calls it, so it calls itself without end; "
        "write somewhere else, or exclude what it writes from the trigger.",
        at=Place(call.span, handler.callable),
        related=[Location(caller.place.span, "what it writes to calls the function")],
        route=[
            Location(caller.source.span, f"'{caller.source.name}' calls the function"),
            Location(function.span, f"function '{function.name}'"),
            Location(handler.span, f"the handler '{handler.callable}'"),
            Location(call.span, f"calls {call.service} {call.operation}"),
        ],
        guard=written.guard,
    )


def _writes(graph: Graph, function: Function, handler: Handler, caller: Trigger, given: Guard) -> Iterator[Written]:
    service, operations, names = WRITES[caller.kind]
    for call in handler.calls:
        foreign = call.own_credentials or call.own_region or call.own_endpoint or call.reachable is Reachable.NO
        if foreign or call.service != service or call.operation not in operations:
            continue
        value = next((call.arguments[name] for name in names if name in call.arguments), ABSENT)
        for guard, named in _named(graph, function, value, caller):
            both = guard & given & caller.guard
            if named is not caller.source or not both.satisfiable():
                continue
            certainty = _again(call, caller.via) if caller.kind == "bucket" else Certainty.YES
            if certainty is not Certainty.NO:
                yield Written(both, call, certainty)


def _named(graph: Graph, function: Function, value: Value, caller: Trigger) -> Iterator[tuple[Guard, Node | None]]:
    """Yield the resource that an argument names, through the environment and through what the event says."""
    for guard, leaf in branches(value):
        if isinstance(leaf, Unknown):
            yield guard, caller.source if caller.kind == "bucket" and leaf.symbol == OWN_BUCKET else None
        elif isinstance(leaf.value, Environment):
            for inner, one in branches(graph.environment_value(function, leaf.value.name)):
                yield guard & inner, _resource(graph, one, caller)
        else:
            yield guard, _resource(graph, leaf, caller)


def _resource(graph: Graph, leaf: Leaf, caller: Trigger) -> Node | None:
    found = resource_behind(graph, leaf, type(caller.source))
    return found if isinstance(found, Node) else None


def _again(call: SdkCall, via: Node) -> Certainty:
    """Return whether an object that a call makes is one of those that a notification is for."""
    if not isinstance(via, BucketNotification):
        return Certainty.MAYBE
    made = "s3:ObjectCreated:" + MADE[call.operation]
    events = [text_of(leaf) for _, leaf in elements(via.events)]
    if not any(event in ("s3:ObjectCreated:*", made) for event in events):
        return Certainty.MAYBE if None in events else Certainty.NO
    if is_absent(via.prefix) and is_absent(via.suffix):
        return Certainty.YES
    answers = {
        _matches(key, prefix, suffix)
        for _, key in branches(call.arguments.get("Key", ABSENT))
        for _, prefix in branches(via.prefix)
        for _, suffix in branches(via.suffix)
    }
    return answers.pop() if len(answers) == 1 else Certainty.MAYBE


def _matches(key: Leaf, prefix: Leaf, suffix: Leaf) -> Certainty:
    if isinstance(key, Unknown) and key.symbol == OWN_KEY:
        return Certainty.YES
    parts = key.value.parts if isinstance(key, Known) and isinstance(key.value, Pattern) else (text_of(key),)
    first = parts[0] if isinstance(parts[0], str) else ""
    last = parts[-1] if isinstance(parts[-1], str) else ""
    whole = len(parts) == 1 and isinstance(parts[0], str)
    start = _fits(first, _text(prefix), whole=whole, ending=False)
    end = _fits(last, _text(suffix), whole=whole, ending=True)
    if Certainty.NO in (start, end):
        return Certainty.NO
    return Certainty.YES if start is end is Certainty.YES else Certainty.MAYBE


def _text(leaf: Leaf) -> str | None:
    return "" if isinstance(leaf, Known) and leaf.value is None else text_of(leaf)


def _fits(known: str, wanted: str | None, *, whole: bool, ending: bool) -> Certainty:
    """Return whether a key whose one end is known has the prefix or suffix that is wanted."""
    if wanted is None:
        return Certainty.MAYBE
    if ending:
        known, wanted = known[::-1], wanted[::-1]
    if known.startswith(wanted):
        return Certainty.YES
    return Certainty.MAYBE if wanted.startswith(known) and not whole else Certainty.NO


def _filtered(via: Node) -> bool:
    if isinstance(via, EventSourceMapping):
        return not is_absent(via.filters)
    return isinstance(via, Subscription) and not is_absent(via.filter_policy)


def _itself(graph: Graph, function: Function, handler: Handler, given: Guard) -> Iterator[Answer]:
    for call in handler.calls:
        if call.service != "lambda" or call.operation not in ("invoke", "invoke_async") or call.own_credentials:
            continue
        for guard, leaf in branches(call.arguments.get("FunctionName", ABSENT)):
            both = guard & given
            if not both.satisfiable() or not _is_itself(graph, function, leaf):
                continue
            if call.reachable is not Reachable.YES or handler.event_tests:
                yield Withheld("a test may stop the loop", call.span)
                continue
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' invokes itself whatever its event says, so it goes on without end; "
                "test the event before, or let a workflow or a queue carry the work on.",
                at=Place(call.span, handler.callable),
                related=[Location(function.span, "the function")],
                route=[
                    Location(function.span, f"function '{function.name}'"),
                    Location(call.span, "invokes itself here"),
                ],
                guard=both,
            )
            return


def _is_itself(graph: Graph, function: Function, leaf: Leaf) -> bool:
    if isinstance(leaf, Unknown):
        return leaf.symbol in OWN_NAMES
    if isinstance(leaf.value, Environment):
        return leaf.value.name in OWN_NAMES
    return resource_behind(graph, leaf, Function) is function
