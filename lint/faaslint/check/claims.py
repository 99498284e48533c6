"""Small words for rules: places, related locations, and what a claim rests on."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.finding import Claim, Edit, Level, Rewrite, Withheld
from ..model.guard import ALWAYS, Guard
from ..model.nodes import Node
from ..model.span import Location, Place
from ..model.value import Known, Leaf, Provenance, Unknown, Value


def claim(
    subject: Node,
    attribute: str,
    message: str,
    *,
    value: Value | None = None,
    at: Place | None = None,
    related: Iterable[Location] = (),
    route: Iterable[Location] = (),
    level: Level | None = None,
    guard: Guard = ALWAYS,
    edits: Iterable[Edit] = (),
    rewrites: Iterable[Rewrite] = (),
) -> Claim:
    """Return a claim about an attribute of a node.

    It stands where ``value`` (one branch of the attribute; the whole attribute if not given) would be edited, or at ``at``.
    The other places that the value came through become related locations, and a default of a parameter is named as such.
    """
    place = at or subject.at(attribute, value)
    shown = value if value is not None else getattr(subject, attribute, None)
    through: list[Location] = []
    if isinstance(shown, (Known, Unknown)):
        generated = subject.generated.path if subject.generated is not None else None
        through = [
            Location(span, "in the synthesised template" if span.path == generated else "used here")
            for span in shown.trail[:-1]
            if span != place.span and span.in_project
        ]
    return Claim(
        subject=subject,
        place=place,
        message=message,
        related=(*through, *related, *(Location(span, "nested here") for span in subject.within)),
        route=tuple(route),
        level=level,
        guard=guard & subject.guard,
        rests_on_default=isinstance(shown, Known) and shown.provenance is Provenance.DEFAULT,
        edits=tuple(edits),
        rewrites=tuple(rewrites),
    )


def withheld(value: Leaf, subject: Node) -> Withheld:
    """Return the answer of a rule that needs a value which can't be known."""
    why = value.why if isinstance(value, Unknown) else "the value can't be read"
    return Withheld(why, value.trail[-1] if value.trail else subject.span)


def respelled(leaf: Leaf, text: str, *, safe: bool = True) -> list[Edit]:
    """Return the edit that writes another text where a leaf was written; safe only where nothing else reads it there."""
    return [Edit(span, text, safe=safe and len(leaf.trail) == 1) for span in leaf.trail[-1:]]
