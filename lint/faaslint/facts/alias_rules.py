"""What Lambda demands of aliases, versions and provisioned concurrency."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .store import document

ADDITIONAL_VERSIONS = 1
"""How many versions an alias may name beside its own."""

WEIGHT_MINIMUM = 0.0
WEIGHT_MAXIMUM = 1.0

LATEST = ("$LATEST", "$LATEST.PUBLISHED")
"""What an alias may point at that is not a published version."""


class AliasRule(NamedTuple):
    """One demand, in AWS's terms, with where it was read."""

    identifier: str
    rule: str
    source: tuple[str, ...]
    verified: bool


@cache
def _rules() -> dict[str, AliasRule]:
    return {
        entry["id"]: AliasRule(
            entry["id"],
            entry["rule"],
            tuple([entry["source"]] if isinstance(entry["source"], str) else entry["source"]),
            entry["verified"],
        )
        for entry in document("alias_rules")["rules"]
    }


def rule(identifier: str) -> AliasRule:
    """Return one demand. Raises KeyError for an unknown identifier."""
    return _rules()[identifier]


def is_version_number(text: str) -> bool:
    """Return whether a text is the number of a published version."""
    return text.isascii() and text.isdigit()
