"""The events of a function or state machine, each turned into the resources that it stands for."""

from __future__ import annotations

from ...model.guard import Guard, TooManyCombinations
from ...model.span import Span
from ...model.value import Fields, Known, Unknown, branches, is_absent
from ..cloudformation.text import known_text
from .event import Event
from .gateway import Gateways
from .pull import SOURCES, add_pull_event
from .push import PUSH
from .role import Policies
from .serverless import Serverless, mapping_of
from .wiring import Target, Wires


def add_events(source: Serverless, target: Target, policies: Policies, gateways: Gateways, wires: Wires) -> None:
    """Add what the ``Events`` of a function become."""
    events = source.get("Events")
    template = source.template
    if is_absent(events):
        return
    listed = mapping_of(events)
    if listed is None or listed.openness is not None:
        # Triggers and permissions may be missing.
        template.open_types = True
        if listed is None:
            if not isinstance(events, Unknown):
                template.problem(source.key("Events"), "Events must be a mapping of names to events")
            return
    for name, value in listed.values.items():
        span = listed.keys.get(name, source.span)
        for guard, leaf in branches(value):
            if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
                try:
                    _add_event(source, name, leaf.value, span, guard, target, policies, gateways, wires)
                except TooManyCombinations:
                    template.open_types = True
            elif isinstance(leaf, Unknown):
                template.open_types = True
            elif leaf.value is not None:
                template.problem(span, f"the event '{name}' must be a mapping with a Type")


def _add_event(
    source: Serverless,
    name: str,
    event: Fields,
    span: Span,
    guard: Guard,
    target: Target,
    policies: Policies,
    gateways: Gateways,
    wires: Wires,
) -> None:
    kind = known_text(event.get("Type"))
    properties = mapping_of(event.get("Properties")) or Fields({}, openness=event.openness)
    address = source.name + name
    if kind in SOURCES:
        add_pull_event(source, address, kind, properties, span, guard, target, policies)
        return
    transform = PUSH.get(kind or "")
    if transform is not None:
        transform(Event(source, name, address, properties, span, guard, target, policies, gateways, wires))
    elif kind is None:
        source.template.problem(span, f"the event '{name}' has no Type")
    else:
        place = event.values["Type"].trail
        source.template.problem(place[-1] if place else span, f"'{kind}' is no type of event that SAM has")
