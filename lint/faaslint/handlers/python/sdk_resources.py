"""boto3's resource objects (``Table``, ``Bucket``, ``Queue`` …): what their methods and collections call."""

from __future__ import annotations

from typing import Any, Final

from ...model.value import Value
from ...source.python_syntax import Syntax
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    BatchWriter,
    Client,
    Collection,
    Data,
    Method,
    ResourceObject,
)
from .effects import note_file
from .run import Arguments, Run
from .sdk import TRANSFERS, note_call, short_span, values_of
from .sdk_tables import resource_type, waited_operation
from .values import value_of

_LISTING: Final = frozenset({"all", "filter", "limit", "page_size", "pages"})
_INJECTED_LOADS: Final = {("s3", "Bucket"): "list_buckets", ("s3", "ObjectSummary"): "head_object"}
"""Resource types whose ``load`` boto3 writes by hand."""
_QUIET: Final = frozenset({"meta", "get_available_subresources"})


def sdk_attribute(run: Run, atom: Client | ResourceObject | Collection, name: str, node: Syntax) -> Abstract:
    """Return an attribute of an SDK object: a method, an identifier, a collection, or data that has to be loaded."""
    if isinstance(atom, ResourceObject):
        table = resource_type(atom.service, atom.type)
        if table is None:
            return frozenset({Method(atom, name)})
        identifiers = table["identifiers"]
        known = table.get("aliases", {}).get(name, name)
        if known in identifiers:
            position: int = identifiers.index(known)
            return atom.identifiers[position]
        if name in table.get("collections", ()):
            return frozenset({Collection(atom, name)})
        inner = table.get("resources", {}).get(name)
        if inner is not None and name[:1].islower():
            return frozenset({ResourceObject(atom.service, inner[0], _identified(atom, inner[1], []), atom.account)})
        if inner is None and not _is_method(atom, table, name):
            _load(run, atom, table, node)
            return OTHER
    return frozenset({Method(atom, name)})


def _is_method(atom: ResourceObject, table: dict[str, Any], name: str) -> bool:
    return (
        not atom.type
        or name in _QUIET
        or name in table.get("actions", ())
        or name in table.get("waiters", ())
        or name in ("load", "reload", "batch_writer", "create_tags", "delete_tags")
        or name.startswith("_")
        or (atom.service == "s3" and name in TRANSFERS)
    )


def _load(run: Run, atom: ResourceObject, table: dict[str, Any], node: Syntax) -> None:
    receiver = (atom.service, atom.account)
    by_hand = _INJECTED_LOADS.get((atom.service, atom.type))
    if by_hand is not None:
        arguments = {} if by_hand == "list_buckets" else _given(run, atom, {"Bucket": 0, "Key": 1}, node)
        note_call(run, receiver, by_hand, arguments, node, "load")
    elif "load" in table:
        operation, parameters, _ = table["load"]
        note_call(run, receiver, operation, _given(run, atom, parameters, node), node, "load")


def _given(run: Run, atom: ResourceObject, parameters: dict[str, Any], node: Syntax) -> dict[str, Value]:
    """Return the arguments that a resource object brings itself."""
    found: dict[str, Value] = {}
    place = short_span(run, node)
    for name, source in parameters.items():
        if isinstance(source, int) and "[" not in name and source < len(atom.identifiers):
            found[name] = value_of(run, atom.identifiers[source], place)
    return found


def _identified(parent: ResourceObject, sources: list[int], given: list[Abstract]) -> tuple[Abstract, ...]:
    found: list[Abstract] = []
    rest = list(given)
    for source in sources:
        if 0 <= source < len(parent.identifiers):
            found.append(parent.identifiers[source])
        else:
            found.append(rest.pop(0) if rest else OTHER)
    return tuple(found)


def call_resource(run: Run, atom: ResourceObject, name: str, arguments: Arguments, node: Syntax, certain: bool) -> Abstract:
    """Return what a method of a resource object gives, and note the call."""
    table = resource_type(atom.service, atom.type)
    receiver = (atom.service, atom.account)
    if table is None:
        run.need(f"resource objects of {atom.service} are not followed", node)
        return OTHER
    inner = table.get("resources", {}).get(name)
    if inner is not None:
        return _subresource(run, atom, inner, arguments)
    complete = not arguments.open_named
    action = table.get("actions", {}).get(name)
    if action is not None:
        operation, parameters, made = action
        values = {**_given(run, atom, parameters, node), **values_of(run, arguments)}
        note_call(run, receiver, operation, values, node, complete=complete, certain=certain)
        if made and (result := resource_type(atom.service, made)) is not None:
            own = atom.identifiers if made == atom.type else ()
            identifiers = own or tuple(OTHER for _ in result["identifiers"])
            return frozenset({ResourceObject(atom.service, made, identifiers, atom.account)})
        return frozenset({Data(f"resource:{atom.service}.{operation}")})
    if name in table.get("waiters", ()):
        waiter = table["waiters"][name]
        values = _given(run, atom, table.get("load", ("", {}))[1], node)
        note_call(run, receiver, waited_operation(atom.service, waiter), values, node, waiter, certain=certain)
    elif name in ("load", "reload"):
        _load(run, atom, table, node)
    elif name == "batch_writer" and atom.service == "dynamodb":
        note_call(run, receiver, "batch_write_item", _given(run, atom, {"TableName": 0}, node), node, name, certain=certain)
        return frozenset({BatchWriter(atom)})
    elif atom.service == "s3" and name in TRANSFERS and atom.type in ("Bucket", "Object", "ObjectSummary"):
        operation, positions = TRANSFERS[name]
        own_names = ("Bucket", "Key")[: len(atom.identifiers)]
        rest = tuple(one for one in positions if one not in own_names)
        values = {**_given(run, atom, {one: index for index, one in enumerate(own_names)}, node)}
        values.update(values_of(run, arguments, rest))
        note_call(run, receiver, operation, values, node, name, complete, certain)
        target = arguments.get(rest.index("Filename"), "Filename") if name == "download_file" else None
        if target is not None:
            note_file(run, target, node)
    elif atom.service == "ec2" and name in ("create_tags", "delete_tags"):
        note_call(run, receiver, name, values_of(run, arguments), node, complete=complete, certain=certain)
    return OTHER


def _subresource(run: Run, atom: ResourceObject, inner: list[Any], arguments: Arguments) -> Abstract:
    kind, sources, _ = inner
    made = resource_type(atom.service, kind)
    given = [value for value, _ in arguments.positional]
    if made is not None and not given:
        missing = [one for one, source in zip(made["identifiers"], sources, strict=False) if source < 0]
        given = [arguments.get(None, one) or OTHER for one in missing]
    if any(not value for value in given):
        return PENDING
    for value, place in arguments.positional:
        if place is not None:
            run.fails_on_none(value, place)
    return frozenset({ResourceObject(atom.service, kind, _identified(atom, sources, given), atom.account)})


def _collection(atom: Collection) -> list[Any] | None:
    table = resource_type(atom.parent.service, atom.parent.type)
    found: list[Any] | None = table.get("collections", {}).get(atom.name) if table is not None else None
    return found


def _list(run: Run, atom: Collection, found: list[Any], arguments: Arguments, node: Syntax) -> None:
    parent = atom.parent
    values = {**_given(run, parent, found[1], node), **values_of(run, arguments)}
    note_call(run, (parent.service, parent.account), found[0], values, node, complete=not arguments.open_named)


def call_collection(run: Run, atom: Collection, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of a collection gives, and note what it calls."""
    found = _collection(atom)
    if found is None:
        return OTHER
    if name in _LISTING:
        if not atom.listed:
            _list(run, atom, found, arguments if name == "filter" else Arguments(), node)
        return frozenset({Collection(atom.parent, atom.name, True)})
    batch = found[4].get(name)
    if batch is not None:
        if not atom.listed:
            _list(run, atom, found, Arguments(), node)
        element = ResourceObject(atom.parent.service, found[2], _identified(atom.parent, found[3], []), atom.parent.account)
        values = {**_given(run, element, batch[1], node), **values_of(run, arguments)}
        note_call(run, (element.service, element.account), batch[0], values, node)
    return OTHER


def collection_elements(run: Run, atom: Collection, node: Syntax) -> Abstract:
    """Return the objects that a collection yields, and note the call that lists them."""
    found = _collection(atom)
    if found is None:
        return OTHER
    if not atom.listed:
        _list(run, atom, found, Arguments(), node)
    identifiers = _identified(atom.parent, found[3], [])
    return frozenset({ResourceObject(atom.parent.service, found[2], identifiers, atom.parent.account)})
