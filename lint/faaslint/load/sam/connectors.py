"""Connectors: the policies and permissions that SAM writes for a source and its destinations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ...iam.templates import ConnectorPolicy, connector_policy
from ...model.guard import Guard
from ...model.nodes import Origin, PolicyKind
from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Open, Reference, Value, branches, is_absent
from ..cloudformation.text import known_text
from ..resource import POLICY_KIND, Resource
from .make import Content, fields, located
from .serverless import mapping_of

_SERVERLESS: Final = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
}
_ARN_IS_REF: Final = frozenset({"AWS::StepFunctions::StateMachine", "AWS::SNS::Topic", "AWS::AppSync::DataSource"})
_ROLE_PROPERTIES: Final = {
    "AWS::Lambda::Function": "Role",
    "AWS::StepFunctions::StateMachine": "RoleArn",
    "AWS::AppSync::DataSource": "ServiceRoleArn",
}
_OPENED: Final = ("AWS::IAM::Role", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")


class Connector(NamedTuple):
    """A connector, stand-alone or embedded in its source."""

    name: str
    span: Span
    guard: Guard
    source: Value
    destination: Value
    permissions: Value
    depends_on: tuple[str, ...] = ()


class _End(NamedTuple):
    """One end of a connector, as SAM's profiles refer to it."""

    address: str
    type: str
    arn: Value
    role: Value
    queue: Value
    id: Value
    name: Value
    qualifier: Value

    def names(self, side: str) -> dict[str, Value]:
        """Return what a profile may ask of this end."""
        wanted = {"Arn": self.arn, "ResourceId": self.id, "Name": self.name, "Qualifier": self.qualifier}
        return {f"{side}.{key}": value for key, value in wanted.items() if not is_absent(value)}


def connect(resources: list[Resource], connectors: list[Connector], pseudos: Mapping[str, Value]) -> list[Resource]:
    """Return what the connectors generate. Where one can't be followed, the roles at its ends are open from then on."""
    by_address = {resource.address: resource for resource in resources}
    generated: list[Resource] = []
    for connector in connectors:
        destinations = _members(connector.destination)
        is_list = isinstance(connector.destination, Known) and isinstance(connector.destination.value, Items)
        made = [
            _connected(connector, destination, by_address, f"Destination{index}" if is_list else "", pseudos)
            for index, destination in enumerate(destinations)
        ]
        for listed in made:
            generated += listed or []
        if None in made or not made:
            _open_roles(resources, connector, by_address)
    return generated


def _members(value: Value) -> list[Value]:
    if isinstance(value, Known) and isinstance(value.value, Items):
        return [item.value for item in value.value.items]
    return [value]


def _connected(
    connector: Connector,
    destination: Value,
    by_address: dict[str, Resource],
    suffix: str,
    pseudos: Mapping[str, Value],
) -> list[Resource] | None:
    first = mapping_of(connector.source)
    last = mapping_of(destination)
    if first is None or last is None:
        return None
    source, target = _end(first, last, by_address), _end(last, first, by_address)
    if source is None or target is None:
        return None
    categories = [known_text(value) for value in _members(connector.permissions)]
    wanted = [category for category in categories if category is not None]
    if len(wanted) != len(categories) or not wanted:
        return None
    names = {**pseudos, **source.names("Source"), **target.names("Destination")}
    policy = connector_policy(source.type, target.type, wanted, names, (connector.span,))
    if policy is None:
        return None
    return _generated(connector, policy, source if policy.on_source else target, suffix)


def _generated(connector: Connector, policy: ConnectorPolicy, owner: _End, suffix: str) -> list[Resource] | None:
    span = connector.span
    document = located(policy.document, span)
    if isinstance(document, Known) and isinstance(document.value, Fields) and "Statement" in document.value.values:
        version = fields({"Version": "2012-10-17"}, span)
        whole = Fields({**version.values, **document.value.values}, {**version.keys, **document.value.keys})
        document = Known(whole, document.trail)
    if policy.kind == "AWS_IAM_ROLE_MANAGED_POLICY":
        if is_absent(owner.role):
            return None
        properties: dict[str, Content] = {
            "PolicyDocument": document,
            "Roles": [owner.role],
            POLICY_KIND: PolicyKind.CONNECTOR.value,
        }
        return [_resource(connector, f"Policy{suffix}", "AWS::IAM::ManagedPolicy", properties)]
    if policy.kind == "AWS_SQS_QUEUE_POLICY" and not is_absent(owner.queue):
        properties = {"PolicyDocument": document, "Queues": [owner.queue]}
        return [_resource(connector, f"QueuePolicy{suffix}", "AWS::SQS::QueuePolicy", properties)]
    if policy.kind == "AWS_SNS_TOPIC_POLICY":
        properties = {"PolicyDocument": document, "Topics": [owner.arn]}
        return [_resource(connector, f"TopicPolicy{suffix}", "AWS::SNS::TopicPolicy", properties)]
    if policy.kind == "AWS_LAMBDA_PERMISSION":
        content = mapping_of(document)
        listed = content.get("Statement") if content is not None else ABSENT
        permissions = [entry for entry in map(mapping_of, _members(listed)) if entry is not None]
        return [
            _resource(
                connector,
                f"WriteLambdaPermission{suffix}{index or ''}",
                "AWS::Lambda::Permission",
                {**entry.values, "FunctionName": owner.arn},
            )
            for index, entry in enumerate(permissions)
        ]
    return None


def _resource(connector: Connector, suffix: str, kind: str, properties: dict[str, Content]) -> Resource:
    address = f"{connector.name}{suffix}"
    return Resource(
        address=address,
        type=kind,
        span=connector.span,
        properties=fields(properties, connector.span),
        name=address,
        guard=connector.guard,
        depends_on=connector.depends_on,
        origin=Origin.SAM,
        written_as="AWS::Serverless::Connector",
    )


def _end(entry: Fields, other: Fields, by_address: dict[str, Resource]) -> _End | None:
    """Return an end by its logical id, or as it is described in full."""
    address = known_text(entry.get("Id"))
    if address is None:
        kind = known_text(entry.get("Type"))
        if kind is None:
            return None
        return _End(
            "",
            _SERVERLESS.get(kind, kind),
            entry.get("Arn"),
            entry.get("RoleName"),
            entry.get("QueueUrl"),
            entry.get("ResourceId"),
            entry.get("Name"),
            entry.get("Qualifier"),
        )
    resource = by_address.get(address)
    if resource is None:
        return None
    trail = (resource.span,)
    kind = resource.type
    ref = Known(Reference(address, "Ref"), trail)
    is_api = kind.startswith("AWS::ApiGateway")
    qualifier = entry.get("Qualifier")
    graph_api = kind == "AWS::AppSync::GraphQLApi"
    return _End(
        address,
        kind,
        ref if kind in _ARN_IS_REF or graph_api else Known(Reference(address, "Arn"), trail),
        _role(resource, other),
        ref if kind == "AWS::SQS::Queue" else ABSENT,
        Known(Reference(address, "ApiId"), trail) if graph_api else ref if is_api else ABSENT,
        Known(Reference(address, "Name"), trail) if kind == "AWS::StepFunctions::StateMachine" else ABSENT,
        Known("*", trail) if is_absent(qualifier) and is_api else qualifier,
    )


def _role(resource: Resource, other: Fields) -> Value:
    """Return ``Ref`` of the role that a resource works with."""
    name = _ROLE_PROPERTIES.get(resource.type)
    if name is not None:
        return _as_ref(resource.properties.get(name))
    if resource.type == "AWS::Events::Rule":
        for target in map(mapping_of, _members(resource.properties.get("Targets"))):
            arn = target.get("Arn") if target is not None else ABSENT
            called = arn.value.address if isinstance(arn, Known) and isinstance(arn.value, Reference) else None
            if target is not None and called is not None and called == known_text(other.get("Id")):
                return _as_ref(target.get("RoleArn"))
    return ABSENT


def _as_ref(value: Value) -> Value:
    if isinstance(value, Known) and isinstance(value.value, Reference):
        return Known(Reference(value.value.address, "Ref"), value.trail)
    return ABSENT


def _open_roles(resources: Iterable[Resource], connector: Connector, by_address: dict[str, Resource]) -> None:
    why = Open("a connector adds permissions that can't be followed", connector.span)
    targets: set[str] = set()
    is_named = True
    for end in [connector.source, *_members(connector.destination)]:
        entry = mapping_of(end)
        owner = by_address.get(known_text(entry.get("Id")) or "") if entry is not None else None
        if owner is None:
            # An end that is given by name or ARN may be any role or policy of the template.
            is_named = False
            continue
        for name in ("Role", "RoleArn", "ServiceRoleArn"):
            for _, leaf in branches(owner.properties.get(name)):
                if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
                    targets.add(leaf.value.address)
    for resource in resources:
        if resource.type in _OPENED and (resource.address in targets or not is_named):
            properties = resource.properties
            resource.properties = Fields(properties.values, properties.keys, properties.openness or why)
