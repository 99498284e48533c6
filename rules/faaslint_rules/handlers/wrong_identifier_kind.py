"""FL828 wrong-identifier-kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Bucket, Function, Node, Queue, Secret, StateMachine, Stream, Table, Topic
from faaslint.model.read import known_text_parts
from faaslint.model.span import Location, Place
from faaslint.model.value import Environment, Known, Reference, Unknown, jointly

from .running import Running, route

ARGUMENTS: Final = {
    ("sqs", "QueueUrl"): (("URL",), "queue"),
    ("sns", "TopicArn"): (("ARN",), "topic"),
    ("s3", "Bucket"): (("name",), "bucket"),
    ("kinesis", "StreamName"): (("name",), "stream"),
    ("kinesis", "StreamARN"): (("ARN",), "stream"),
    ("dynamodb", "TableName"): (("name", "ARN"), "table"),
    ("secretsmanager", "SecretId"): (("name", "ARN"), "secret"),
    ("stepfunctions", "stateMachineArn"): (("ARN",), "state machine"),
}
"""What an argument has to be, the usual form first, and of which type of resource."""

REFERENCES: Final[tuple[tuple[type[Node], str, dict[str, str]], ...]] = (
    (
        Queue,
        "queue",
        {"Ref": "URL", "QueueUrl": "URL", "id": "URL", "url": "URL", "Arn": "ARN", "arn": "ARN", "QueueName": "name"},
    ),
    (Topic, "topic", {"Ref": "ARN", "TopicArn": "ARN", "id": "ARN", "arn": "ARN", "TopicName": "name", "name": "name"}),
    (Bucket, "bucket", {"Ref": "name", "id": "name", "bucket": "name", "Arn": "ARN", "arn": "ARN"}),
    (Stream, "stream", {"Ref": "name", "name": "name", "Arn": "ARN", "arn": "ARN", "id": "ARN"}),
    (Table, "table", {"Ref": "name", "id": "name", "name": "name", "Arn": "ARN", "arn": "ARN"}),
    (Secret, "secret", {"Ref": "ARN", "Id": "ARN", "id": "ARN", "arn": "ARN", "name": "name"}),
    (StateMachine, "state machine", {"Ref": "ARN", "Arn": "ARN", "id": "ARN", "arn": "ARN", "Name": "name", "name": "name"}),
)
"""What a reference to a resource gives, by its attribute, in CloudFormation and Terraform."""


@rule(
    id="FL828",
    name="wrong-identifier-kind",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
        "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    ),
)
def wrong_identifier_kind(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """An SDK call gets another kind of identifier than it needs, through an environment variable.

    What it does
    Compares what the configuration puts into the variable with what the argument has to be: a queue's URL, a topic's ARN,
    a bucket's or stream's name, a state machine's ARN; and the type of the resource.

    Why it matters
    The call fails each time: `QueueDoesNotExist`, `InvalidParameter`, `NoSuchBucket`.

    How to fix
    Put the identifier into the variable that the argument needs: `!Ref Queue` is its URL, `!GetAtt Queue.Arn` its ARN.

    What it can't know
    Values that come from parameters, other stacks or other services.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
    - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    - https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        for call in handler.calls:
            if call.reachable is Reachable.NO:
                continue
            for name, value in call.arguments.items():
                wanted = ARGUMENTS.get((call.service, name))
                if wanted is None or not isinstance(value, Known) or not isinstance(value.value, Environment):
                    continue
                variable = value.value.name
                for guard, (leaf,) in jointly(graph.environment_value(function, variable), given=given):
                    if isinstance(leaf, Unknown):
                        yield withheld(leaf, function)
                        continue
                    found = _kind_of(graph, leaf)
                    if found is None or (found[0] in wanted[0] and found[1] in ("", wanted[1])):
                        continue
                    if call.reachable is not Reachable.YES:
                        yield Withheld("whether the handler gets there can't be known", call.span)
                        continue
                    place = leaf.trail[-1] if leaf.trail else function.at("environment").span
                    yield claim(
                        function,
                        "environment",
                        f"Function '{function.name}' gives '{name}' of {call.service} {call.operation} {_words(found)} "
                        f"through the variable {variable}; it needs {_words((wanted[0][0], wanted[1]))}.",
                        at=Place(place, variable),
                        related=[Location(call.span, "the call")],
                        route=route(function, handler, Location(call.span, f"calls {call.service} {call.operation}")),
                        guard=guard,
                    )


def _kind_of(graph: Graph, leaf: Known) -> tuple[str, str] | None:
    """Return the kind of identifier that a value is, and of what type of resource; None where that is not known."""
    content = leaf.value
    if isinstance(content, Reference):
        node = graph.node(content.address)
        for kind, resource, attributes in REFERENCES:
            if isinstance(node, kind) and content.attribute in attributes:
                return attributes[content.attribute], resource
        return None
    text = known_text_parts(leaf)
    if text is None:
        return None
    if text.startswith("arn:"):
        return "ARN", ""
    if text.startswith(("https://sqs.", "https://queue.")):
        return "URL", "queue"
    plain = isinstance(content, str) and content.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return ("name", "") if plain else None


def _words(found: tuple[str, str]) -> str:
    form, resource = found
    article = "an" if form == "ARN" else "a"
    return f"the {form} of a {resource}" if resource else f"{article} {form}"
