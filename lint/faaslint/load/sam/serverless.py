"""One AWS::Serverless resource while it is being transformed, and the resources that come of it."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.guard import Guard
from ...model.nodes import Origin
from ...model.record import field, record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Value
from ..cloudformation.template import Template
from ..resource import Resource
from .make import Content, fields


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
    generated: list[Resource] = field(default_factory=list)

    def get(self, name: str) -> Value:
        """Return a property."""
        return self.properties.get(name)

    def key(self, name: str) -> Span:
        """Return where a property's name stands; the resource's own name where it is not written."""
        return self.properties.keys.get(name, self.span)

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
        place = span or self.span
        resource = Resource(
            address=address,
            type=kind,
            span=place,
            properties=properties if isinstance(properties, Fields) else fields(properties, place),
            name=address,
            guard=self.guard if guard is None else guard,
            origin=Origin.USER if is_own else Origin.SAM,
            depends_on=self.depends_on if is_own else depends_on,
            metadata=self.metadata if is_own else ABSENT,
            region=self.region,
            written_as=self.type,
            spellings=spellings or {},
        )
        self.generated.append(resource)
        return resource


def mapping_of(value: Value) -> Fields | None:
    """Return the fields of a value that is certainly a mapping."""
    return value.value if isinstance(value, Known) and isinstance(value.value, Fields) else None
