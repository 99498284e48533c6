"""The notifications of buckets, which the CDK sets with a custom resource: put where CloudFormation itself has them.

The custom resource speaks as the API of S3 does, which has other names for the same things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ...model.read import boolean_of, elements
from ...model.record import replace
from ...model.value import Fields, Item, Items, Known, Reference, Unknown, Value, branches, choose, is_absent
from ..resource import Resource

NOTIFICATIONS: Final = "Custom::S3BucketNotifications"
PROPERTY: Final = "NotificationConfiguration"

_BUCKET: Final = "AWS::S3::Bucket"
_EVENT_BRIDGE: Final = "EventBridgeConfiguration"
_LISTS: Final = {
    "LambdaFunctionConfigurations": ("LambdaConfigurations", "LambdaFunctionArn", "Function"),
    "QueueConfigurations": ("QueueConfigurations", "QueueArn", "Queue"),
    "TopicConfigurations": ("TopicConfigurations", "TopicArn", "Topic"),
}
"""The API's name of a list, CloudFormation's name, and what each calls the target."""


def notify(resources: Iterable[Resource]) -> None:
    """Give each bucket the notifications that a custom resource of the CDK sets on it."""
    listed = list(resources)
    setters = [resource for resource in listed if resource.type == NOTIFICATIONS]
    buckets = {resource.address: resource for resource in listed if resource.type == _BUCKET} if setters else {}
    for setter in setters:
        named = setter.properties.get("BucketName")
        address = named.value.address if isinstance(named, Known) and isinstance(named.value, Reference) else ""
        bucket = buckets.get(address)
        if bucket is None:
            continue
        given = setter.properties.get(PROPERTY)
        # One that isn't managed adds to what is there; the other kind replaces it.
        adds = all(boolean_of(leaf) is False for _, leaf in branches(setter.properties.get("Managed")))
        present = bucket.properties.get(PROPERTY)
        before = present if adds and not is_absent(present) else Known(Fields({}))
        found = choose(((guard, _as_written(leaf, before)) for guard, leaf in branches(given)), given.trail)
        bucket.properties = replace(bucket.properties, values={**bucket.properties.values, PROPERTY: found})


def _as_written(given: Value, before: Value) -> Value:
    """Return a configuration of the API, with the one that is there before it, as the bucket's own property would say it."""
    if not (isinstance(given, Known) and isinstance(given.value, Fields)):
        return given
    if not (isinstance(before, Known) and isinstance(before.value, Fields)):
        return Unknown("notifications are added to what can't be known")
    values = dict(before.value.values)
    for name, (own, target, short) in _LISTS.items():
        configurations = given.value.values.get(name)
        if configurations is not None and not is_absent(configurations):
            listed = _renamed(configurations, {target: short, "Events": "Event"})
            values[own] = _joined(values.get(own), listed)
    if _EVENT_BRIDGE in given.value.values:
        values[_EVENT_BRIDGE] = given.value.values[_EVENT_BRIDGE]
    return Known(replace(given.value, values=values, keys={}), given.trail)


def _renamed(configurations: Value, names: Mapping[str, str]) -> Value:
    if not (isinstance(configurations, Known) and isinstance(configurations.value, Items)):
        return configurations
    items: list[Item] = []
    for guard, leaf in elements(configurations):
        if not (isinstance(leaf, Known) and isinstance(leaf.value, Fields)):
            items.append(Item(leaf, guard))
            continue
        values = {names.get(name, name): value for name, value in leaf.value.values.items()}
        rules = _entry(_entry(_entry(leaf, "Filter"), "Key"), "FilterRules")
        if rules is not None:
            key = Known(Fields({"Rules": rules}), rules.trail)
            values["Filter"] = Known(Fields({"S3Key": key}), rules.trail)
        items.append(Item(Known(replace(leaf.value, values=values, keys={}), leaf.trail), guard))
    return Known(Items(tuple(items), configurations.value.openness), configurations.trail)


def _joined(before: Value | None, added: Value) -> Value:
    if before is None or is_absent(before):
        return added
    if not (isinstance(before, Known) and isinstance(before.value, Items)):
        return before
    if not (isinstance(added, Known) and isinstance(added.value, Items)):
        return added
    openness = before.value.openness or added.value.openness
    return Known(Items((*before.value.items, *added.value.items), openness), added.trail)


def _entry(value: Value | None, name: str) -> Value | None:
    if isinstance(value, Known) and isinstance(value.value, Fields):
        return value.value.values.get(name)
    return None
