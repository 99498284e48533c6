"""What Lambda@Edge and CloudFront Functions allow."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .runtimes import EDGE_LANGUAGES, runtime
from .store import document

REGION = "us-east-1"
"""The only region in which a Lambda@Edge function may be created."""

STORAGE_MB = 512
"""The only size of /tmp that Lambda@Edge takes."""


class EdgeLimits(NamedTuple):
    """The limits for one event type. Times in seconds, sizes in MB or KB as named."""

    timeout: int
    memory_mb: int
    memory_verified: bool
    """Whether AWS's pages agree on the memory limit."""
    package_mb: int
    generated_response_kb: int


def event_types() -> tuple[str, ...]:
    """Return the four moments at which a function may run."""
    return tuple(document("edge_limits")["event_types"])


@cache
def limits_of(event_type: str) -> EdgeLimits | None:
    """Return the limits for an event type, None where it does not exist."""
    for group in document("edge_limits")["by_event_type"].values():
        if event_type in group["events"]:
            memory = group["memory_mb_max"]
            return EdgeLimits(
                timeout=group["timeout_s_max"],
                memory_mb=memory["value"],
                memory_verified=memory["verified"],
                package_mb=group["package_zip_mb_max"],
                generated_response_kb=group["generated_response_kb_max"],
            )
    return None


def is_viewer_event(event_type: str) -> bool:
    """Return whether an event type stands between the viewer and the cache."""
    return event_type in document("edge_limits")["by_event_type"]["viewer"]["events"]


def is_request_event(event_type: str) -> bool:
    """Return whether an event type carries a request, whose body may be included."""
    return event_type in event_types() and event_type.endswith("-request")


def runs(identifier: str) -> bool | None:
    """Return whether Lambda@Edge runs this runtime's language at all; None where the identifier is not known."""
    fact = runtime(identifier)
    return None if fact is None else fact.language in EDGE_LANGUAGES


def forbidden_features() -> tuple[str, ...]:
    """Return what a Lambda@Edge function must not have, as far as AWS's current page names it."""
    return tuple(entry["feature"] for entry in document("edge_limits")["forbidden_features"] if entry["verified"])


def cloudfront_function_events() -> tuple[str, ...]:
    """Return the event types that CloudFront Functions may be associated with."""
    return tuple(document("edge_limits")["cloudfront_functions"]["events"])


def cloudfront_function_kb() -> int:
    """Return how large the code of a CloudFront Function may be, in KB."""
    return int(document("edge_limits")["cloudfront_functions"]["max_code_kb"])
