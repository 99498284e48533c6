"""Values that pass between a template and the templates that it nests: whose resource a reference means.

While a template is loaded, its own resources go by their logical ids. What comes from outside it, through a parameter or
an output, is marked: a ``/`` and the address from the root. In the end every reference is an address from the root.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ...model.record import replace
from ...model.value import Branch, Choice, Fields, Item, Items, Leaf, Pattern, Reference, Unknown, Value
from ..resource import Resource

MARK: Final = "/"
"""How an address from the root begins while templates are loaded; no logical id does."""


def outside(address: str, scope: str) -> str:
    """Return an address as templates around or inside this one see it. ``scope`` is ``Stack.`` for what ``Stack`` nests."""
    return address if address.startswith(MARK) else MARK + scope + address


def absolute(value: Value, scope: str) -> Value:
    """Return a value of one template for use in another one of the same root."""
    return _moved(value, lambda address: outside(address, scope))


def described(address: str, scope: str) -> str:
    """Return how a resource is called, from the root."""
    return address.removeprefix(MARK) if address.startswith(MARK) else scope + address


def leave(resource: Resource, scope: str) -> None:
    """Turn what a nested template says of a resource into what its parent may hold."""
    _place(resource, lambda address: outside(address, scope))
    if resource.name == resource.address:
        resource.name = scope + resource.name
    resource.address = scope + resource.address


def settle(resource: Resource) -> None:
    """Take the marks away, once all templates of a root are loaded."""
    _place(resource, _settled)


def settled(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a root hands out without the marks."""
    return {name: _moved(value, _settled) for name, value in values.items()}


def _settled(address: str) -> str:
    return address.removeprefix(MARK)


def _place(resource: Resource, address: Callable[[str], str]) -> None:
    resource.properties = _fields(resource.properties, address)
    resource.depends_on = tuple(address(name) for name in resource.depends_on)


def _moved(value: Value, address: Callable[[str], str]) -> Value:
    """Return a value with its references renamed; the same object where there are none. Depth is that of its template."""
    if isinstance(value, Choice):
        branches = tuple(Branch(branch.guard, _leaf(branch.value, address)) for branch in value.branches)
        if all(new.value is old.value for new, old in zip(branches, value.branches, strict=True)):
            return value
        return Choice(branches, value.trail)
    return _leaf(value, address)


def _leaf(leaf: Leaf, address: Callable[[str], str]) -> Leaf:
    if isinstance(leaf, Unknown):
        return leaf
    content = leaf.value
    if isinstance(content, Reference):
        name = address(content.address)
        return leaf if name == content.address else replace(leaf, value=Reference(name, content.attribute))
    if isinstance(content, Pattern):
        if not any(isinstance(part, Reference) for part in content.parts):
            return leaf
        parts = (
            Reference(address(part.address), part.attribute) if isinstance(part, Reference) else part
            for part in content.parts
        )
        return replace(leaf, value=Pattern(tuple(parts)))
    if isinstance(content, Items):
        values = [_moved(item.value, address) for item in content.items]
        if all(new is item.value for new, item in zip(values, content.items, strict=True)):
            return leaf
        items = tuple(Item(new, item.guard) for new, item in zip(values, content.items, strict=True))
        return replace(leaf, value=Items(items, content.openness))
    if isinstance(content, Fields):
        fields = _fields(content, address)
        return leaf if fields is content else replace(leaf, value=fields)
    return leaf


def _fields(fields: Fields, address: Callable[[str], str]) -> Fields:
    values = {name: _moved(value, address) for name, value in fields.values.items()}
    computed = tuple((_moved(key, address), _moved(value, address)) for key, value in fields.computed)
    if not computed and all(values[name] is value for name, value in fields.values.items()):
        return fields
    return Fields(values, fields.keys, fields.openness, computed)
