"""FL123 arn-expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import kind_of_reference
from faaslint.model.finding import INAPPLICABLE, Edit, Level
from faaslint.model.nodes import (
    AccessPoint,
    BucketNotification,
    Caller,
    DeliveryStream,
    EventSourceMapping,
    EventTarget,
    FileSystemMount,
    Function,
    InvokeConfig,
    Layer,
    LogSubscription,
    Node,
    Origin,
    Permission,
    Pipe,
    PolicyKind,
    Queue,
    QueueRedrive,
    Role,
    Schedule,
    SecretRotation,
    StateMachine,
    Statement,
    Subscription,
    Table,
    TargetAttachment,
)
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Pattern, Provenance, Reference, Unknown, Value, branches, is_absent

EXPECTED: Final[dict[type[Node], tuple[str, ...]]] = {
    Function: ("role", "dead_letter", "kms_key", "layers"),
    EventSourceMapping: ("source", "on_failure"),
    InvokeConfig: ("on_failure", "on_success"),
    EventTarget: ("target", "role", "dead_letter"),
    Schedule: ("target", "role", "dead_letter"),
    Subscription: ("topic", "endpoint", "dead_letter"),
    Permission: ("source_arn",),
    Statement: ("resources",),
    Queue: ("dead_letter",),
    QueueRedrive: ("dead_letter",),
    BucketNotification: ("target",),
    LogSubscription: ("target", "role"),
    Pipe: ("source", "target", "enrichment", "role"),
    StateMachine: ("role",),
    DeliveryStream: ("source", "role"),
    SecretRotation: ("function",),
    TargetAttachment: ("target",),
    FileSystemMount: ("access_point",),
    Caller: ("target", "role"),
}
"""The attributes that hold ARNs and nothing else."""

PASSED_ON: Final = (EventSourceMapping, InvokeConfig, EventTarget, Schedule, Subscription, FileSystemMount, Statement)
"""What SAM makes of an event, destination or policy that the user wrote, with the user's values in it."""

NO_TEXT: Final = (Permission, Statement, Pipe, TargetAttachment, Caller)
"""Where other rules say that a text is no ARN (FL406 and FL322), or some texts are right that are none."""

NAMED_BY: Final = ("codepipeline", "terraform")
"""The callers that take a function's name: an action of CodePipeline, and an invocation by Terraform."""

TARGETS: Final = ("dead_letter", "on_failure", "on_success")
"""Attributes of which other rules say that a queue's URL stands there, as they do of all of a mapping's."""

SHOWN: Final = {"url": "URL", "name": "name"}

OTHERWISE: Final[dict[type[Node], dict[str, str]]] = {
    Role: dict.fromkeys(("Ref", "id", "name"), SHOWN["name"]),
    AccessPoint: dict.fromkeys(("Ref", "id", "AccessPointId"), "ID"),
    Layer: {"layer_name": SHOWN["name"], "layer_arn": "ARN without the version"},
}
"""What the attributes of kinds yield that have no word of their own in the graph, where it is no ARN that is taken."""


@rule(id="FL123", name="arn-expected", level=Level.ERROR, visits=Node, supersedes=("FL311",), fixable=True)
def arn_expected(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """A property that takes an ARN gets a name or a URL.

    What it does
    Checks the properties that take ARNs: a function's role, dead-letter target and key, the source and failure target of a
    mapping, the destinations of asynchronous calls, the targets and roles of rules, schedules, pipes and notifications, the
    topics and endpoints of subscriptions, the source of a permission, the resources of a policy, layers, access points,
    dead-letter queues, and the functions that user pools, rotations and load balancers call. A plain name there is no ARN.
    What a reference yields depends on the resource: `!Ref` of a queue is its URL, of a bucket, table or role its name; in
    Terraform `url`,
    `name` and most `id`s are no ARNs. A queue's URL as the source of a mapping or as a dead-letter target or destination is
    the matter of FL516 and FL507.

    Why it matters
    The service refuses the text, so the deployment fails; in a policy it refuses the whole document.

    How to fix
    Use `!GetAtt <resource>.Arn` in CloudFormation, `.arn` in Terraform.

    What it can't know
    Values that come from parameters without defaults, and references to resources that are not described here.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    attributes = EXPECTED.get(type(node), ())
    # What the transform or AWS wrote is right by construction.
    made = node.origin is Origin.AWS or (node.origin is Origin.SAM and not isinstance(node, PASSED_ON))
    if not attributes or made or getattr(node, "policy_kind", None) in MADE:
        yield INAPPLICABLE
        return
    asked = False
    for attribute in attributes:
        value: Value = getattr(node, attribute)
        if is_absent(value) or not _takes_arn(node, attribute):
            continue
        asked = True
        takes = "take ARNs and get" if attribute == "layers" else "takes an ARN and gets"
        for guard, leaf in elements(value):
            if _is_no_arn(node, leaf):
                yield claim(
                    node,
                    attribute,
                    f"The {node.spellings.get(attribute, attribute)} of '{node.name}' {takes} the text "
                    f"'{text_of(leaf)}'; write the whole ARN.",
                    value=leaf,
                    guard=guard & node.guard,
                )
                continue
            wrong = _wrong(graph, leaf)
            if (
                wrong is not None
                and wrong[1] == SHOWN["url"]
                and (attribute in TARGETS or isinstance(node, EventSourceMapping))
            ):
                continue
            if wrong is not None:
                target, kind = wrong
                yield claim(
                    node,
                    attribute,
                    f"The {node.spellings.get(attribute, attribute)} of '{node.name}' {takes} the {kind} of "
                    f"'{target.name}'; use its ARN.",
                    value=leaf,
                    related=[Location(target.span, f"'{target.name}'")],
                    guard=guard & node.guard,
                    edits=_to_arn(node, target, leaf),
                )
            elif isinstance(leaf, Unknown):
                yield withheld(leaf, node)
    if not asked:
        yield INAPPLICABLE


TO_RESOURCES: Final = frozenset({"lambda", "sqs", "firehose"})
"""The protocols of subscriptions whose endpoints are resources of AWS."""

MADE: Final = (PolicyKind.AWS, PolicyKind.TEMPLATE, PolicyKind.CONNECTOR, PolicyKind.GENERATED, PolicyKind.DOCUMENT)
"""Policies whose text the user did not write, and documents that nothing deploys."""


def _to_arn(node: Node, target: Node, leaf: Leaf) -> Iterator[Edit]:
    """Yield the edit to the resource's ARN, where the whole text there is a plain reference, as its length shows."""
    if not (isinstance(leaf, Known) and isinstance(leaf.value, Reference) and len(leaf.trail) == 1):
        return
    span, reference = leaf.trail[0], leaf.value
    length = span.end_column - span.column if span.line == span.end_line else 0
    if isinstance(node, EventSourceMapping) and isinstance(target, Table):
        return  # A table is read through its stream, which has another ARN.
    if length == len(f"{reference.address}.{reference.attribute}") and reference.address.startswith("aws_"):
        yield Edit(span, f"{reference.address}.arn", safe=True)
    elif reference.attribute == "Ref" and length == len(f"!Ref {reference.address}"):
        yield Edit(span, f"!GetAtt {reference.address}.Arn", safe=True)


def _takes_arn(node: Node, attribute: str) -> bool:
    """Return whether the property takes ARNs here: the endpoint of a subscription may be an address of mail, too."""
    if isinstance(node, Caller):
        return node.trigger not in NAMED_BY
    if not isinstance(node, Subscription) or attribute != "endpoint":
        return True
    return {text_of(leaf) for _, leaf in branches(node.protocol)} <= TO_RESOURCES


def _is_no_arn(node: Node, leaf: Leaf) -> bool:
    """Return whether a text is written there that can be no ARN. The default of a parameter may only hold a place."""
    if isinstance(node, NO_TEXT) or not isinstance(leaf, Known) or leaf.provenance is not Provenance.LITERAL:
        return False
    text = text_of(leaf)
    return bool(text) and re.match(r"[\w+=,.@/-]+$", text or "") is not None


def _wrong(graph: Graph, leaf: Leaf) -> tuple[Node, str] | None:
    """Return the resource whose name or URL stands there, and which of the two; None for an ARN or what can't be known."""
    content = leaf.value if isinstance(leaf, Known) else None
    first = content.parts[0] if isinstance(content, Pattern) else content
    if not isinstance(first, Reference):
        return None
    target = graph.node(first.address)
    if target is None:
        return None
    if type(target) in OTHERWISE:
        kind = OTHERWISE[type(target)].get(first.attribute, "")
    else:
        kind = SHOWN.get(kind_of_reference(graph, first), "")
    return (target, kind) if kind else None
