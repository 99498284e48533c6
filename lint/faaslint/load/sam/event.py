"""One event of a function while it is being transformed."""

from __future__ import annotations

from typing import NamedTuple

from ...model.guard import Guard
from ...model.span import Span
from ...model.value import Fields, Value
from .gateway import Gateways
from .make import Content
from .role import Policies
from .serverless import Serverless
from .wiring import Target, Wires


class Event(NamedTuple):
    """One event of a function, and what its transformation may add to."""

    source: Serverless
    kind: str
    name: str
    address: str
    properties: Fields
    span: Span
    guard: Guard
    target: Target
    policies: Policies
    gateways: Gateways
    wires: Wires

    def get(self, name: str) -> Value:
        """Return a property of the event."""
        return self.properties.get(name)

    def add(
        self,
        address: str,
        kind: str,
        properties: dict[str, Content],
        depends_on: tuple[str, ...] = (),
        spellings: dict[str, str] | None = None,
    ) -> None:
        """Add a resource that stands at the event's name."""
        self.source.add(
            address,
            kind,
            properties,
            self.span,
            guard=self.source.guard & self.guard,
            depends_on=depends_on,
            spellings=spellings,
        )

    def permit(self, principal: str, *, address: str = "", **scope: Content) -> str:
        """Add the permission to call the function, and return its address."""
        address = address or f"{self.address}Permission"
        properties: dict[str, Content] = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": self.target.reference,
            "Principal": principal,
            **scope,
        }
        self.add(address, "AWS::Lambda::Permission", properties)
        return address
