"""What calls functions: the services that push events, and the sources that Lambda polls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from .store import document


class PushSource(NamedTuple):
    """A service that calls functions itself."""

    kind: str
    service: str
    asynchronous: bool
    by_role: bool
    """Whether it calls with a role of the user's, so that it needs no permission on the function."""
    principals: tuple[str, ...]
    source_arn_services: tuple[str, ...]
    """The service field that its source ARNs have."""
    source_account: str
    """``required``, ``recommended`` or ``optional``: whether SourceAccount belongs beside SourceArn."""
    waits: int | None
    """How long it waits for a synchronous answer, in seconds; None where that is not known."""
    waits_verified: bool
    verified: bool


class PollerNeed(NamedTuple):
    """A permission that a poller uses: one of ``any_of`` on the source, on its secret, or on anything."""

    any_of: tuple[str, ...]
    on: str
    """``source``, ``secret`` or ``any``."""


class PollSource(NamedTuple):
    """A source that Lambda polls with the function's execution role. Windows are in seconds."""

    kind: str
    service: str
    arn_services: tuple[str, ...]
    core: tuple[PollerNeed, ...]
    """Without these the mapping can't work."""
    consumer_core: tuple[PollerNeed, ...]
    """The same where the source is a registered consumer of a stream."""
    documented: tuple[PollerNeed, ...]
    """Everything that AWS's managed policy or guide grants."""
    batch_default: int
    batch_maximum: int
    batch_maximum_fifo: int | None
    window_default: float
    window_maximum: int
    starting_position: str
    """``required``, ``expected`` (deployable without, but rarely meant), ``optional`` or ``forbidden``."""
    positions: tuple[str, ...]
    managed_policy: str


@cache
def push_sources() -> Mapping[str, PushSource]:
    """Return the push sources by kind (``bucket``, ``topic``, ``event-rule``, ``rest-api`` …)."""
    return MappingProxyType(
        {
            kind: PushSource(
                kind=kind,
                service=entry["service"],
                asynchronous=entry["invocation"] == "async",
                by_role=entry["grant"] == "role",
                principals=tuple(entry["principals"]),
                source_arn_services=tuple(entry["source_arn_services"]),
                source_account=entry["source_account"],
                waits=entry.get("caller_waits_s"),
                waits_verified=entry.get("wait_verified", entry["verified"]),
                verified=entry["verified"],
            )
            for kind, entry in document("event_sources")["push"].items()
        }
    )


@cache
def poll_sources() -> Mapping[str, PollSource]:
    """Return the polled sources by kind: sqs, kinesis, dynamodb, msk, kafka, mq and documentdb."""
    return MappingProxyType({kind: _poll(kind, entry) for kind, entry in document("event_sources")["poll"].items()})


def _poll(kind: str, entry: dict[str, Any]) -> PollSource:
    batch = entry["batch_size"]
    return PollSource(
        kind=kind,
        service=entry["service"],
        arn_services=tuple(entry["arn_services"]),
        core=_needs(entry["core"]),
        consumer_core=_needs(entry.get("consumer_core", entry["core"])),
        documented=_needs(entry["documented"]),
        batch_default=batch["default"],
        batch_maximum=batch.get("max", batch.get("max_standard")),
        batch_maximum_fifo=batch.get("max_fifo"),
        window_default=entry["batching_window_s"]["default"],
        window_maximum=entry["batching_window_s"]["max"],
        starting_position=entry["starting_position"]["rule"],
        positions=tuple(entry["starting_position"]["values"]),
        managed_policy=entry["managed_policy"],
    )


def _needs(entries: list[dict[str, Any]]) -> tuple[PollerNeed, ...]:
    return tuple(PollerNeed(tuple(entry["any_of"]), entry["on"]) for entry in entries)


def push_source(kind: str) -> PushSource | None:
    """Return one push source, None for an unknown kind."""
    return push_sources().get(kind)


def poll_source(kind: str) -> PollSource | None:
    """Return one polled source, None for an unknown kind."""
    return poll_sources().get(kind)


def poll_kind_of_arn(arn: str) -> str | None:
    """Return the kind of source that an ARN names, None where it is no ARN or nothing that can be polled."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return None
    return next((kind for kind, source in poll_sources().items() if parts[2] in source.arn_services), None)


def is_consumer_arn(arn: str) -> bool:
    """Return whether an ARN names a registered consumer of a Kinesis stream."""
    return arn.startswith("arn:") and "/consumer/" in arn


@cache
def source_services() -> Mapping[str, frozenset[str]]:
    """Return, for each service principal that calls functions, the services whose ARNs it may name as its source."""
    found: dict[str, frozenset[str]] = {}
    for source in push_sources().values():
        for principal in source.principals:
            if source.source_arn_services:
                found[principal] = found.get(principal, frozenset()) | frozenset(source.source_arn_services)
    return MappingProxyType(found)


def canonical_principal(principal: str) -> str:
    """Return a service principal in its common form: without a region, and under the usual suffix.

    ``logs.eu-west-1.amazonaws.com`` and ``logs.amazonaws.com.cn`` are both ``logs.amazonaws.com``.
    """
    text = principal.removesuffix(".cn")
    labels = text.split(".")
    if len(labels) == 4 and labels[-2:] == ["amazonaws", "com"]:
        return ".".join([labels[0], *labels[-2:]])
    return text


def principal_may_name(principal: str, arn_service: str) -> bool | None:
    """Return whether the events of a principal come from a service's resources; None for an unknown principal."""
    services = source_services().get(canonical_principal(principal))
    return None if services is None else arn_service in services


def least_visibility(function_timeout: int) -> int:
    """Return the visibility timeout (seconds) below which Lambda refuses a queue as an event source."""
    return function_timeout


def recommended_visibility(function_timeout: int, window: int) -> int:
    """Return the visibility timeout (seconds) that AWS recommends for a queue that feeds a function."""
    return 6 * function_timeout + window


def window_needed_above() -> int:
    """Return the batch size above which an SQS mapping needs a batching window of at least one second."""
    return poll_sources()["sqs"].batch_default


def mapping_concurrency() -> tuple[int, int]:
    """Return the bounds of an SQS mapping's MaximumConcurrency."""
    lowest, highest = document("event_sources")["poll"]["sqs"]["scaling"]["MaximumConcurrency"]
    return lowest, highest


def filter_counts() -> tuple[int, int]:
    """Return how many filters a mapping may have by default, and at most."""
    criteria = document("event_sources")["common"]["filter_criteria"]
    return criteria["quota_default"], criteria["schema_max_items"]


def dead_letter_action(service: str) -> str | None:
    """Return the action that a dead-letter target of a service (``sqs``, ``sns``) takes; None for another service."""
    action: str | None = document("event_sources")["common"]["dlq"]["role_actions"].get(service)
    return action


def destination_actions(service: str) -> tuple[str, ...]:
    """Return the actions that a destination takes, by its service (``sqs``, ``lambda``, ``s3`` …); always the first one."""
    actions = document("event_sources")["common"]["async_destinations"]["role_actions"].get(service, ())
    return (actions,) if isinstance(actions, str) else tuple(actions)
