"""Connectors: they add permissions of AWS's own making, so what they touch is no longer known in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...model.span import Span
from ...model.value import Fields, Items, Known, Open, Reference, Value, branches
from ..cloudformation.text import known_text
from ..resource import Resource
from .serverless import mapping_of

_OPENED: Final = (
    "AWS::IAM::Role",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)


class Connector:
    """A connector, stand-alone or embedded in a resource: the ends that it joins."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.addresses: list[str] = []
        self.roles: list[str] = []
        self.is_understood = True

    def end(self, value: Value) -> None:
        """Add one end, or a list of them."""
        for _, leaf in branches(value):
            if isinstance(leaf, Known) and isinstance(leaf.value, Items):
                for item in leaf.value.items:
                    self.end(item.value)
                continue
            entry = mapping_of(leaf)
            if entry is None:
                self.is_understood = False
                continue
            self._name(entry)

    def _name(self, entry: Fields) -> None:
        address = known_text(entry.get("Id"))
        if address is not None:
            self.addresses.append(address)
            return
        role = entry.get("RoleName")
        if isinstance(role, Known) and isinstance(role.value, Reference):
            self.roles.append(role.value.address)
        else:
            # An end that is given by name or ARN may be any role or policy of the template.
            self.is_understood = False


def open_roles(resources: Iterable[Resource], connectors: list[Connector]) -> None:
    """Mark the policies of the roles that connectors add to as not known in full."""
    listed = list(resources)
    by_address = {resource.address: resource for resource in listed}
    for connector in connectors:
        why = Open("a connector adds permissions", connector.span)
        targets: set[str] = set(connector.roles)
        for address in connector.addresses:
            targets.add(f"{address}Role")
            owner = by_address.get(address)
            if owner is not None:
                targets |= set(_roles_of(owner))
        for resource in listed:
            if resource.type in _OPENED and (resource.address in targets or not connector.is_understood):
                properties = resource.properties
                resource.properties = Fields(properties.values, properties.keys, properties.openness or why)


def _roles_of(resource: Resource) -> Iterable[str]:
    for name in ("Role", "RoleArn"):
        for _, leaf in branches(resource.properties.get(name)):
            if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
                yield leaf.value.address
