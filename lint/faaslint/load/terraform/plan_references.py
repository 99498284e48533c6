"""What the references of a plan's configuration lead to: a plan keeps which names an expression reads, not how."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...model.value import Reference
from ...source.tree import Mapping, Scalar, Sequence, Tree
from .plan_document import Names, Plan, PlannedResource, mapping, split_address

STEPS: Final = 40
"""How many variables and outputs one reference is followed through."""

_NO_RESOURCES: Final = frozenset({"local", "each", "count", "path", "self", "terraform", "var", "module"})


class Place(NamedTuple):
    """A module instance from which a reference is read."""

    names: Names
    address: str


def written(expression: Tree | None) -> list[str]:
    """Return the references of an expression, each in full: the plan also lists the shorter beginnings of each."""
    listed = expression.get("references") if isinstance(expression, Mapping) else None
    found: list[str] = []
    for each in listed.items if isinstance(listed, Sequence) else []:
        name = each.value if isinstance(each, Scalar) else None
        if isinstance(name, str) and not (found and found[-1].startswith((f"{name}.", f"{name}["))):
            if len(found) > 1 and any(one.startswith((f"{name}.", f"{name}[")) for one in found):
                continue
            found.append(name)
    return list(dict.fromkeys(found))


def references(plan: Plan, resource: PlannedResource, expression: Tree | None) -> list[Reference]:
    """Return the attributes of resources that an expression of a resource's block reads, as far as the plan tells."""
    found: list[Reference] = []
    for name in written(expression):
        leads = _follow(plan, Place(resource.names, resource.module), name, STEPS)
        if leads is not None and leads.address != resource.address and leads not in found:
            found.append(leads)
    return found


def unfollowed(plan: Plan, resource: PlannedResource, expression: Tree | None) -> bool:
    """Return whether an expression also reads something that the plan does not lead to a resource."""
    place = Place(resource.names, resource.module)
    return any(_follow(plan, place, name, STEPS) is None for name in written(expression) if not _plain(name))


def _plain(name: str) -> bool:
    return name.split(".", 1)[0] in ("path", "terraform", "count")


def _follow(plan: Plan, place: Place, name: str, steps: int) -> Reference | None:
    while steps:
        steps -= 1
        parts = split_address(name)
        root = parts[0] if parts else ""
        module = plan.modules.get(place.names)
        if module is None or len(parts) < 2:
            return None
        expression: Tree | None
        if root == "var":
            if not place.names or len(parts) != 2:
                return None
            caller = _caller(place)
            outer = plan.modules.get(caller.names)
            call = outer.calls.get(place.names[-1]) if outer is not None else None
            arguments = mapping(call, "expressions")
            expression, place = (arguments.get(parts[1]) if arguments is not None else None), caller
        elif root == "module":
            keyed = len(parts) > 2 and parts[2].startswith("[")
            wanted = parts[3 if keyed else 2 :]
            if len(wanted) != 1:
                return None
            below = Place((*place.names, parts[1]), _within(place, f"module.{parts[1]}{parts[2] if keyed else ''}"))
            inner = plan.modules.get(below.names)
            output = inner.outputs.get(wanted[0]) if inner is not None else None
            expression, place = (output.get("expression") if output is not None else None), below
        elif root in _NO_RESOURCES:
            return None
        else:
            return _resource(plan, place, parts)
        following = written(expression)
        if len(following) != 1:
            return None
        name = following[0]
    return None


def _caller(place: Place) -> Place:
    steps = split_address(place.address)
    while steps and steps[-1].startswith("["):
        steps.pop()
    return Place(place.names[:-1], _joined(steps[:-2]))


def _joined(steps: list[str]) -> str:
    return "".join(step if step.startswith("[") or not index else f".{step}" for index, step in enumerate(steps))


def _within(place: Place, name: str) -> str:
    return f"{place.address}.{name}" if place.address else name


def _resource(plan: Plan, place: Place, parts: list[str]) -> Reference | None:
    size = 3 if parts[0] == "data" else 2
    rest = parts[size:]
    key = rest.pop(0) if rest and rest[0].startswith("[") else ""
    address = _within(place, ".".join(parts[:size]) + key)
    if len(rest) != 1 or rest[0].startswith("["):
        return None
    if address in plan.resources or address in plan.data or address in plan.prior:
        return Reference(address, rest[0])
    return None
