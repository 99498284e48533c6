"""The runtimes of Lambda and their lifecycle. Dates come from the data, and the day of the question from the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from .store import document

EDGE_LANGUAGES = frozenset({"Node.js", "Python"})
"""The languages that Lambda@Edge runs."""


class RuntimeStatus(StrEnum):
    """Where a runtime stands in its life on a given day."""

    SUPPORTED = "supported"
    DEPRECATED = "deprecated"
    """No patches any more; functions can still be created."""
    CREATE_BLOCKED = "create-blocked"
    """No function can be created with it."""
    UPDATE_BLOCKED = "update-blocked"
    """Neither created nor updated; existing functions still run."""


class RuntimeFact(NamedTuple):
    """One runtime identifier. A date that AWS has not announced is None."""

    identifier: str
    language: str
    deprecation: date | None
    block_create: date | None
    block_update: date | None
    successor: str | None
    architectures: tuple[str, ...]
    edge_supported: bool
    """Whether Lambda@Edge takes it (on the day the facts were gathered)."""
    snapstart: bool
    managed: bool
    """Whether it is an identifier for zip packages; otherwise only a base image of that name exists."""
    preview: bool
    source: tuple[str, ...]
    verified: bool

    @property
    def edge_language(self) -> bool:
        """Whether it is of a language that Lambda@Edge runs at all, in some version."""
        return self.language in EDGE_LANGUAGES


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def all_runtimes() -> Mapping[str, RuntimeFact]:
    """Return every runtime that the data knows, by identifier."""
    return MappingProxyType(
        {
            entry["id"]: RuntimeFact(
                identifier=entry["id"],
                language=entry["language"],
                deprecation=_day(entry["deprecation"]),
                block_create=_day(entry["block_create"]),
                block_update=_day(entry["block_update"]),
                successor=entry["successor"],
                architectures=tuple(entry["arch"]),
                edge_supported=entry["edge_supported"],
                snapstart=entry["snapstart"],
                managed=entry["zip_allowed"],
                preview=entry["status"] == "preview",
                source=tuple(entry["source"]),
                verified=entry["verified"],
            )
            for entry in document("runtimes")["runtimes"]
        }
    )


def runtime(identifier: str) -> RuntimeFact | None:
    """Return what is known of a runtime identifier, None where it is not in the data."""
    return all_runtimes().get(identifier)


def status(identifier: str, as_of: date) -> RuntimeStatus | None:
    """Return where a runtime stands on a day, None where it is not in the data. A date holds from that day on."""
    fact = runtime(identifier)
    if fact is None:
        return None
    for stage, day in (
        (RuntimeStatus.UPDATE_BLOCKED, fact.block_update),
        (RuntimeStatus.CREATE_BLOCKED, fact.block_create),
        (RuntimeStatus.DEPRECATED, fact.deprecation),
    ):
        if day is not None and day <= as_of:
            return stage
    return RuntimeStatus.SUPPORTED


def successor(identifier: str, as_of: date) -> str | None:
    """Return the runtime to move to: the recorded successor while that is supported itself, else None."""
    fact = runtime(identifier)
    if fact is None or fact.successor is None:
        return None
    return fact.successor if status(fact.successor, as_of) is RuntimeStatus.SUPPORTED else None


class Version(NamedTuple):
    """A runtime identifier taken apart: ``python3.12`` is the family ``python`` with the numbers (3, 12)."""

    family: str
    numbers: tuple[int, ...]
    rest: str


def take_apart(identifier: str) -> Version:
    """Split an identifier into its letters, its version numbers and what follows (``.x``, ``.al2``, ``-edge``)."""
    letters = 0
    while letters < len(identifier) and identifier[letters].isalpha():
        letters += 1
    family, rest = identifier[:letters], identifier[letters:]
    numbers: list[int] = []
    while rest:
        part, _, following = rest.partition(".")
        # Longer digit runs are no version, and int() of a very long one raises.
        if not (part.isascii() and part.isdigit() and len(part) <= 4):
            break
        numbers.append(int(part))
        rest = following
    return Version(family, tuple(numbers), rest)


def is_newer(identifier: str) -> bool:
    """Return whether this is a known family with a higher version than any in the data: newer than we are, perhaps."""
    asked = take_apart(identifier)
    known = [version for version in map(take_apart, all_runtimes()) if version.family == asked.family]
    if not asked.numbers or not known:
        return False
    shapes = {(len(version.numbers), version.rest) for version in known}
    return (len(asked.numbers), asked.rest) in shapes and asked.numbers > max(version.numbers for version in known)


def nearest(identifier: str) -> str | None:
    """Return the known identifier that the user most likely meant, None where nothing is near."""
    lowered = identifier.strip().lower()
    if lowered in all_runtimes():
        return lowered
    squeezed = {_letters_and_digits(known): known for known in all_runtimes()}
    if (found := squeezed.get(_letters_and_digits(lowered))) is not None:
        return found
    family = take_apart(lowered).family
    if lowered.endswith(".x") or family == "nodejs":
        for known in (f"{lowered}.x", f"{lowered.split('.')[0]}.x"):
            if known in all_runtimes():
                return known
    if len(lowered) > 40:
        return None
    # Imported here: it costs several milliseconds and only a mistyped runtime needs it.
    from difflib import get_close_matches

    matches = get_close_matches(lowered, list(all_runtimes()), n=1, cutoff=0.75)
    return matches[0] if matches else None


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
