"""One AWS::Serverless resource while it is being transformed, and the resources that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ...iam.templates import PSEUDO_PARAMETERS
from ...model.guard import Guard
from ...model.nodes import Origin
from ...model.record import field, record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Item, Items, Known, Leaf, Payload, Value, branches, choose, is_absent
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Tree
from ..cloudformation.template import Template
from ..cloudformation.text import known_text
from ..resource import Resource
from .make import Content, fields, text

_PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso": "aws-iso"}

_TAGGED: Final = frozenset(
    (
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::DomainName",
        "AWS::ApiGateway::DomainNameV2",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::ApiGateway::UsagePlan",
        "AWS::IAM::Role",
        "AWS::IoT::TopicRule",
        "AWS::Lambda::Function",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::StepFunctions::StateMachine",
    )
)
"""The types that the transform spreads tags to."""


@record(frozen=False, kw_only=True)
class Serverless:
    """A resource as the user wrote it, its Globals merged in and its values evaluated."""

    template: Template
    name: str
    type: str
    span: Span
    guard: Guard
    properties: Fields
    metadata: Value = ABSENT
    depends_on: tuple[str, ...] = ()
    region: Value = ABSENT
    tree: TreeMapping | None = None
    """The properties as they are written, for what the transform decides by the words and not by the value."""
    generated: list[Resource] = field(default_factory=list)

    def get(self, name: str) -> Value:
        """Return a property."""
        return self.properties.get(name)

    def key(self, name: str) -> Span:
        """Return where a property's name stands; the resource's own name where it is not written."""
        return self.properties.keys.get(name, self.span)

    def written(self, *path: str) -> Tree | None:
        """Return what is written at a path below the properties."""
        found: Tree | None = self.tree
        for name in path:
            found = found.get(name) if isinstance(found, TreeMapping) else None
        return found

    def pseudo(self, name: str) -> Value:
        """Return a pseudo parameter."""
        return self.template.evaluator.pseudo(name, self.span)

    @property
    def pseudos(self) -> dict[str, Value]:
        """Return the pseudo parameters that the transform's own documents use."""
        return {name: self.pseudo(name) for name in PSEUDO_PARAMETERS}

    @property
    def partition(self) -> str:
        """Return the partition that the transform writes out, by its region; the common one where that is unknown."""
        region = known_text(self.pseudo("AWS::Region")) or ""
        return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")

    def arn(self, span: Span, service: str, *resource: Content, partition: Content = None, region: Content = None) -> Value:
        """Return an ARN of the stack's own account, and of its region unless another is given."""
        place = (region or self.pseudo("AWS::Region"), ":", self.pseudo("AWS::AccountId"), ":")
        return text(span, "arn:", partition or self.partition, f":{service}:", *place, *resource)

    def invocation(self, span: Span, function: Content, partition: Content, *, streams: bool = False) -> Value:
        """Return the address by which API Gateway calls a function."""
        version, end = ("2021-11-15", "/response-streaming-invocations") if streams else ("2015-03-31", "/invocations")
        path = (":apigateway:", self.pseudo("AWS::Region"), f":lambda:path/{version}/functions/")
        return text(span, "arn:", partition, *path, function, end)

    def add(
        self,
        address: str,
        kind: str,
        properties: Mapping[str, Content] | Fields,
        span: Span | None = None,
        *,
        guard: Guard | None = None,
        depends_on: tuple[str, ...] = (),
        spellings: dict[str, str] | None = None,
        is_own: bool = False,
    ) -> Resource:
        """Add a resource that this one becomes (``is_own``) or makes the transform generate."""
        resource = self.generate(address, kind, properties, span, self.guard if guard is None else guard)
        resource.depends_on = self.depends_on if is_own else depends_on
        resource.spellings = spellings or {}
        if is_own:
            resource.origin = Origin.USER
            resource.metadata = self.metadata
        self.generated.append(resource)
        return resource

    def generate(
        self,
        address: str,
        kind: str,
        properties: Mapping[str, Content] | Fields,
        span: Span | None,
        guard: Guard,
    ) -> Resource:
        """Return a resource that the transform generates, without adding it."""
        place = span or self.span
        return Resource(
            address=address,
            type=kind,
            span=place,
            properties=properties if isinstance(properties, Fields) else fields(properties, place),
            name=address,
            guard=guard,
            origin=Origin.SAM,
            region=self.region,
            written_as=self.type,
        )


def mapping_of(value: Value) -> Fields | None:
    """Return the fields of a value that is certainly a mapping."""
    return value.value if isinstance(value, Known) and isinstance(value.value, Fields) else None


def function_of(tree: Tree | None) -> str:
    """Return the intrinsic function that is written (``Fn::Sub``, ``Ref``); empty where there is none."""
    if tree is None:
        return ""
    if tree.tag.startswith("!"):
        name = tree.tag.removeprefix("!")
        return name if name in ("Ref", "Condition") else f"Fn::{name}"
    if isinstance(tree, TreeMapping) and len(tree.entries) == 1:
        name = str(tree.entries[0][0].value)
        return name if name in ("Ref", "Condition") or name.startswith("Fn::") else ""
    return ""


def wanted(value: Value) -> bool:
    """Return whether a switch is certainly on."""
    return (known_text(value) or "").lower() == "true"


def each(value: Value, change: Callable[[Fields, Span], Payload]) -> Value:
    """Return a value with its mappings changed, branch by branch."""

    def changed(leaf: Leaf) -> Value:
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            return Known(change(leaf.value, leaf.trail[-1]), leaf.trail, leaf.provenance)
        return leaf

    return choose([(guard, changed(leaf)) for guard, leaf in branches(value)], value.trail)


def tag_list(value: Value) -> Value:
    """Return tags as CloudFormation lists them."""

    def listed(entry: Fields, span: Span) -> Items:
        return Items(
            tuple(
                Item(Known(fields({"Key": name, "Value": tag}, entry.keys.get(name, span)), (entry.keys.get(name, span),)))
                for name, tag in entry.values.items()
            ),
            entry.openness,
        )

    return each(value, listed)


def spread_tags(source: Serverless) -> None:
    """Give what a resource became its tags, where ``PropagateTags`` asks for it."""
    tags = source.get("Tags")
    if not is_absent(tags) and wanted(source.get("PropagateTags")):
        for resource in source.generated:
            if resource.type in _TAGGED:
                _tag(resource, tag_list(tags), source.key("Tags"))


def combine_tags(source: Serverless) -> None:
    """The same, for what has no tags of its own."""
    tags = source.get("Tags")
    if not is_absent(tags) and wanted(source.get("PropagateTags")):
        for resource in source.generated:
            if resource.type in _TAGGED and is_absent(resource.properties.get("Tags")):
                _tag(resource, tag_list(tags), source.key("Tags"))


def _tag(resource: Resource, tags: Value, span: Span) -> None:
    changed = fields({"Tags": tags}, span)
    before = resource.properties
    resource.properties = Fields({**before.values, **changed.values}, {**changed.keys, **before.keys}, before.openness)


def stored(value: Value, names: tuple[str, ...]) -> Value:
    """Return a place in S3 as CloudFormation names it: ``names`` are those of bucket, key, version and storage mode."""
    called = dict(zip(("Bucket", "Key", "Version", "StorageMode"), names, strict=False))

    def renamed(entry: Fields, _: Span) -> Fields:
        values = {called.get(name, name): content for name, content in entry.values.items()}
        return Fields(values, {called.get(name, name): span for name, span in entry.keys.items()}, entry.openness)

    location = known_text(value)
    if location is None or not location.startswith("s3://") or not isinstance(value, Known) or not value.trail:
        return each(value, renamed)
    place, _, query = location.removeprefix("s3://").partition("?")
    bucket, _, key = place.partition("/")
    version = query.removeprefix("versionId=") if query.startswith("versionId=") else None
    span = value.trail[-1]
    return Known(fields(dict(zip(names, (bucket, key, version), strict=False)), span), value.trail)


CODE: Final = ("S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode")
"""How the code of functions and the content of layers name a place in S3."""
