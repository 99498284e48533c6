"""What events call, and what they change in other resources of the template once those are made."""

from __future__ import annotations

from ...model.guard import ALWAYS, Guard
from ...model.record import field, record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Item, Items, Known, Reference, Value, choose, is_absent
from ..resource import Resource
from .make import Content, made


@record
class Target:
    """What the events of a function call: the function, or the alias that it publishes."""

    function: str
    address: str
    arn_attribute: str
    guard: Guard = ALWAYS

    @property
    def is_alias(self) -> bool:
        """Whether it is the alias."""
        return self.address != self.function

    @property
    def reference(self) -> Reference:
        """Return ``Ref`` of the target."""
        return Reference(self.address, "Ref")

    @property
    def arn(self) -> Reference:
        """Return the target's ARN."""
        return Reference(self.address, self.arn_attribute)


@record(frozen=False)
class _Notification:
    configuration: dict[str, Content]
    permission: str
    span: Span
    guard: Guard
    tags: Value


@record(frozen=False)
class Wires:
    """Changes to resources that the user declares: bucket notifications and user pool triggers."""

    fifo_topics: set[str] = field(default_factory=set)
    notifications: dict[str, list[_Notification]] = field(default_factory=dict)
    triggers: dict[str, list[tuple[str, Reference, Span, Guard]]] = field(default_factory=dict)

    def notify(
        self,
        bucket: str,
        configuration: dict[str, Content],
        permission: str,
        span: Span,
        guard: Guard,
        tags: Value = ABSENT,
    ) -> None:
        """Make a bucket send events; it then waits for the permission. ``tags`` are those that the function spreads."""
        entry = _Notification(configuration, permission, span, guard, tags)
        self.notifications.setdefault(bucket, []).append(entry)

    def trigger(self, pool: str, name: str, target: Reference, span: Span, guard: Guard) -> None:
        """Make a user pool call a function."""
        self.triggers.setdefault(pool, []).append((name, target, span, guard))

    def apply(self, resources: dict[str, Resource]) -> None:
        """Change the resources."""
        for address, notifications in self.notifications.items():
            resource = resources.get(address)
            if resource is not None and resource.type == "AWS::S3::Bucket":
                items = tuple(Item(made(entry.configuration, entry.span), entry.guard) for entry in notifications)
                _append(resource, "NotificationConfiguration", "LambdaConfigurations", items, notifications[0].span)
                waits = (entry.permission for entry in notifications if entry.guard.always)
                resource.depends_on = tuple(dict.fromkeys((*resource.depends_on, *waits)))
                # Nothing can wait for what is there in some cases only, so the transform hides a reference in a tag.
                late = {entry.permission: entry for entry in notifications if not entry.guard.always}
                tags = tuple(Item(_waiting(entry)) for entry in late.values())
                if tags:
                    _add_tags(resource, tags, notifications[0].span)
                # The transform writes the bucket anew for each function, so the last one's tags replace all others.
                if not is_absent(notifications[-1].tags):
                    _set_tags(resource, notifications[-1].tags, notifications[-1].span)
        for address, triggers in self.triggers.items():
            resource = resources.get(address)
            if resource is not None and resource.type == "AWS::Cognito::UserPool":
                for name, target, span, guard in triggers:
                    value: Value = Known(target, (span,))
                    if not guard.always:
                        value = choose([(guard, value), (~guard, Known(None))], (span,))
                    _set_inner(resource, "LambdaConfig", name, value, span)


def _waiting(entry: _Notification) -> Value:
    reference = Known(Reference(entry.permission, "Ref"), (entry.span,))
    value = choose([(entry.guard, reference), (~entry.guard, Known("no dependency", (entry.span,)))], (entry.span,))
    return made({"Key": f"sam:ConditionalDependsOn:{entry.permission}", "Value": value}, entry.span)


def _add_tags(resource: Resource, tags: tuple[Item, ...], span: Span) -> None:
    before = resource.properties
    listed = before.get("Tags")
    present = listed.value if isinstance(listed, Known) and isinstance(listed.value, Items) else Items(())
    _set_tags(resource, Known(Items((*present.items, *tags), present.openness), (span,)), span)


def _set_tags(resource: Resource, tags: Value, span: Span) -> None:
    before = resource.properties
    resource.properties = Fields({**before.values, "Tags": tags}, {"Tags": span, **before.keys}, before.openness)


def _append(resource: Resource, outer: str, inner: str, items: tuple[Item, ...], span: Span) -> None:
    present = resource.properties.get(outer)
    listed = present.value.get(inner) if isinstance(present, Known) and isinstance(present.value, Fields) else Known(None)
    if isinstance(listed, Known) and isinstance(listed.value, Items):
        items = (*listed.value.items, *items)
        value: Value = Known(Items(items, listed.value.openness), listed.trail)
    else:
        value = Known(Items(items), (span,))
    _set_inner(resource, outer, inner, value, span)


def _set_inner(resource: Resource, outer: str, inner: str, value: Value, span: Span) -> None:
    present = resource.properties.get(outer)
    if isinstance(present, Known) and isinstance(present.value, Fields):
        container = Fields(
            {**present.value.values, inner: value},
            {inner: span, **present.value.keys},
            present.value.openness,
        )
        changed: Value = Known(container, present.trail)
    elif is_absent(present):
        changed = Known(Fields({inner: value}, {inner: span}), (span,))
    else:
        return  # the property can't be known, and stays so
    resource.properties = Fields(
        {**resource.properties.values, outer: changed},
        {outer: span, **resource.properties.keys},
        resource.properties.openness,
    )
