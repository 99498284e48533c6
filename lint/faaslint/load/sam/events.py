"""The events of a function or state machine, each turned into the resources that it stands for."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.guard import Guard, TooManyCombinations
from ...model.span import Span
from ...model.value import Fields, Known, Unknown, branches, is_absent
from ..cloudformation.text import known_text
from .event import Event
from .pull import SOURCES, add_pull_event
from .push import PUSH
from .role import Policies
from .serverless import Serverless, mapping_of
from .shared import Shared
from .wiring import Target


def listed_events(source: Serverless) -> Iterator[tuple[str, Fields, Span, Guard]]:
    """Yield the events of a function or state machine: name, content, where it stands and when it is there.

    What can't be followed makes the list of the template's resources open, because triggers and permissions may be missing.
    """
    events = source.get("Events")
    template = source.template
    if is_absent(events):
        return
    listed = mapping_of(events)
    if listed is None or listed.openness is not None:
        template.open_types = True
        if listed is None:
            if not isinstance(events, Unknown):
                template.problem(source.key("Events"), "Events must be a mapping of names to events")
            return
    for name, value in listed.values.items():
        span = listed.keys.get(name, source.span)
        for guard, leaf in branches(value):
            if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
                yield name, leaf.value, span, guard
            elif isinstance(leaf, Unknown):
                template.open_types = True
            elif leaf.value is not None:
                template.problem(span, f"the event '{name}' must be a mapping with a Type")


def add_events(source: Serverless, target: Target, policies: Policies, shared: Shared) -> None:
    """Add what the ``Events`` of a function become."""
    for name, event, span, guard in sorted(listed_events(source), key=_order):
        try:
            _add_event(source, name, event, span, guard, target, policies, shared)
        except TooManyCombinations:
            source.template.open_types = True


def _add_event(
    source: Serverless,
    name: str,
    event: Fields,
    span: Span,
    guard: Guard,
    target: Target,
    policies: Policies,
    shared: Shared,
) -> None:
    kind = known_text(event.get("Type"))
    properties = mapping_of(event.get("Properties")) or Fields({}, openness=event.openness)
    address = source.name + name
    if kind in SOURCES:
        add_pull_event(source, address, kind, properties, span, guard, target, policies)
        return
    transform = PUSH.get(kind or "")
    if transform is not None:
        transform(
            Event(
                source, kind or "", name, address, properties, span, guard, target, policies, shared.gateways, shared.wires
            )
        )
    elif kind is None:
        source.template.problem(span, f"the event '{name}' has no Type")
    else:
        place = event.values["Type"].trail
        source.template.problem(place[-1] if place else span, f"'{kind}' is no type of event that SAM has")


def _order(entry: tuple[str, Fields, Span, Guard]) -> str:
    """The transform goes through the events by their paths, and by their names where they have none."""
    name, event, _, _ = entry
    properties = mapping_of(event.get("Properties"))
    return (known_text(properties.get("Path")) if properties is not None else None) or name
