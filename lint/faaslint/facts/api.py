"""The front doors of a function: API Gateway, load balancers and function URLs."""

from __future__ import annotations

from typing import NamedTuple

from .store import document

_SECTIONS = {"REST": "rest_api", "HTTP": "http_api", "WEBSOCKET": "websocket_api"}


class IntegrationTimeout(NamedTuple):
    """How long an API waits for its integration, in milliseconds."""

    minimum: int
    maximum: int
    default: int
    raisable: bool
    """Whether AWS raises the maximum on request (regional and private REST APIs)."""


def integration_timeout(protocol: str) -> IntegrationTimeout | None:
    """Return how long an API of a protocol (``REST``, ``HTTP``, ``WEBSOCKET``) waits; None for another protocol."""
    section = _SECTIONS.get(protocol)
    if section is None:
        return None
    entry = document("api_limits")[section]["integration_timeout_ms"]
    maximum = entry["max"] if "max" in entry else entry["max_default"]
    return IntegrationTimeout(entry["min"], maximum, entry.get("default", maximum), bool(entry.get("raisable")))


def cors_methods() -> frozenset[str]:
    """Return the methods that the CORS configuration of a function URL may allow."""
    return frozenset(document("api_limits")["function_url"]["cors"]["AllowMethods"])


def adds_one_url_permission(provider_version: str) -> bool | None:
    """Return whether a version of Terraform's provider adds only the first of the two permissions of an open function URL.

    None where the version is no number. Versions 6 are not known to: they are taken to add both.
    """
    limit: str = document("api_limits")["function_url"]["permissions"]["terraform_adds_only_the_first_before"]
    try:
        return _numbers(provider_version) < _numbers(limit)
    except ValueError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split("."))
