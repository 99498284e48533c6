"""Texts, addresses and bytes of SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from ..model.finding import Finding
from ..model.span import Location
from .shown import plain, safe_json, without_lone_surrogates

LINKS_LIMIT: Final = 5
"""How many related locations a message links to; the others are listed all the same."""


def message_with_links(finding: Finding, related: Sequence[Location]) -> str:
    """Return the finding's message, the condition, and a link to each of the first related locations.

    GitHub shows a related location only where the message links to it by its number.
    """
    message = said(finding.message) or finding.name or finding.rule
    if finding.condition:
        message += f" (When {said(finding.condition)}.)"
    links = [
        f"[{_link_text(location)}]({number})"
        for number, location in enumerate(related[:LINKS_LIMIT], 1)
        if location.span.path
    ]
    return f"{message} See {', '.join(links)}." if links else message


def said(text: str) -> str:
    """Return a text in which nothing is obeyed or hidden, and nothing is a link.

    A resource may be called ``[x](http://example.com)``, and a viewer would make a link of it.
    """
    return plain(text).replace("](", "] (")


def _link_text(location: Location) -> str:
    text = plain(location.message) or plain(f"{location.span.path}:{location.span.line}")
    return text.rstrip(".").replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def clipped(text: str, length: int) -> str:
    """Return at most ``length`` characters, with an ellipsis where some are cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun and verb: ``1 finding is``, ``2 findings are``."""
    return f"{count} {noun} is" if count == 1 else f"{count} {noun}s are"


@lru_cache(maxsize=4096)
def relative_uri(path: str) -> tuple[str, bool]:
    """Return a POSIX path as a percent-encoded URI, and whether it is relative to the working directory."""
    from urllib.parse import quote

    try:
        encoded = quote(path, errors="surrogateescape")
    except UnicodeEncodeError:
        encoded = quote(without_lone_surrogates(path))
    return (f"file://{encoded}", False) if path.startswith("/") else (encoded, True)


def serialised(log: Any) -> str:
    """Return a SARIF object as JSON text on one line, with a line feed at the end.

    Only None is left out. A value that equals its default stays: a result without a level would get its rule's.
    """
    return safe_json(json.dumps(log, default=_walker(), ensure_ascii=False, separators=(",", ":"))) + "\n"


def _walker() -> Callable[[Any], dict[str, Any]]:
    """Return a function from an object of the SARIF model to its fields by their JSON names."""
    from attr import fields

    names: dict[type, tuple[tuple[str, str], ...]] = {}

    def walk(thing: Any) -> dict[str, Any]:
        kind = type(thing)
        pairs = names.get(kind)
        if pairs is None:
            pairs = names[kind] = tuple((one.name, one.metadata["schema_property_name"]) for one in fields(kind))
        return {key: value for name, key in pairs if (value := getattr(thing, name)) is not None}

    return walk
