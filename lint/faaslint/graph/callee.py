"""Reading what a value that should name a function leads to: an ARN, an invoke ARN, a name, with or without qualifier."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.guard import Guard
from ..model.nodes import Alias, External, Function, Version
from ..model.read import text_of
from ..model.span import NOWHERE
from ..model.value import Choice, Environment, Known, Leaf, Pattern, Reference, Unknown, Value, branches, jointly
from .graph import Callee, Graph

QUALIFIED = frozenset({"qualified_arn", "qualified_invoke_arn", "version"})
"""Terraform attributes of a function that name its published version, ``$LATEST`` where it publishes none."""


class Names:
    """The functions of a graph by their literal names, and their aliases by theirs."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.functions: dict[str, Function] = {}
        self.aliases: dict[tuple[str, str], Alias] = {}
        for function in graph.all(Function):
            for _, leaf in branches(function.function_name):
                name = text_of(leaf)
                if name:
                    self.functions.setdefault(name, function)

    def learn_aliases(self) -> None:
        """Take note of the aliases, once it is known whose they are."""
        for alias in self.graph.all(Alias):
            name = text_of(alias.alias_name) if not isinstance(alias.alias_name, Choice) else None
            for callee in self.graph.callees(alias):
                if name and isinstance(callee.node, Function):
                    self.aliases[callee.node.id, name] = alias


def callee_of(names: Names, value: Value, qualifier: Value, *, plain_names: bool = True) -> Iterator[Callee]:
    """Yield what each branch of a value leads to. ``qualifier`` is a qualifier that stands in a property of its own.

    ``plain_names`` says whether a bare function name is understood here, or only ARNs. A value that names something else
    than a function yields nothing.
    """
    for guard, (leaf, separate) in jointly(value, qualifier):
        found = _callee(names, guard, leaf, plain_names)
        if found is None:
            continue
        if isinstance(separate, Unknown) or separate.value is not None:
            found = found._replace(qualifier=separate)
        yield _through_alias(names, found)


def _through_alias(names: Names, callee: Callee) -> Callee:
    """A qualifier that is the name of an alias of this project stands for that alias."""
    if isinstance(callee.node, Function) and callee.qualifier is not None:
        text = text_of(callee.qualifier)
        alias = names.aliases.get((callee.node.id, text)) if text else None
        if alias is None and isinstance(callee.qualifier, Known) and isinstance(callee.qualifier.value, Reference):
            node = names.graph.node(callee.qualifier.value.address)
            alias = node if isinstance(node, Alias) else None
            if isinstance(node, Version):
                return callee._replace(node=node)
            if node is callee.node and callee.qualifier.value.attribute in QUALIFIED:
                version = names.graph.node(f"{node.id}:version")
                if isinstance(version, Version):
                    return callee._replace(node=version)
                return callee._replace(qualifier=Known("$LATEST", callee.qualifier.trail))
        if alias is not None:
            return callee._replace(node=alias)
    return callee


def _callee(names: Names, guard: Guard, leaf: Leaf, plain_names: bool) -> Callee | None:
    if isinstance(leaf, Unknown):
        return Callee(guard, None, None, leaf)
    content = leaf.value
    if isinstance(content, Reference):
        return _referred(names, guard, content, leaf)
    if isinstance(content, Pattern):
        return _built(names, guard, content, leaf)
    if isinstance(content, str):
        return _written(names, guard, content, leaf, plain_names)
    if isinstance(content, Environment):
        return Callee(guard, None, None, Unknown("an environment variable", trail=leaf.trail))
    return None


def _referred(names: Names, guard: Guard, reference: Reference, leaf: Known) -> Callee | None:
    node = names.graph.node(reference.address)
    if node is None:
        return Callee(guard, None, None, Unknown(f"'{reference.address}' is not known", trail=leaf.trail))
    if isinstance(node, Function):
        if reference.attribute in QUALIFIED:
            version = names.graph.node(f"{node.id}:version")
            if isinstance(version, Version):
                return Callee(guard, version)
            return Callee(guard, node, Known("$LATEST", leaf.trail))
        return Callee(guard, node)
    if isinstance(node, (Alias, Version)):
        return Callee(guard, node)
    return None


def _built(names: Names, guard: Guard, pattern: Pattern, leaf: Known) -> Callee | None:
    """A text with holes: the function is the first reference to one, else the literal name after ``function:``."""
    parts = pattern.parts
    for index, part in enumerate(parts):
        if isinstance(part, Reference):
            found = _referred(names, guard, part, leaf)
            if found is not None and found.node is not None:
                following = parts[index + 1] if index + 1 < len(parts) else ""
                return (
                    found
                    if isinstance(found.node, (Alias, Version))
                    else _with_suffix(names, found, following, parts, index)
                )
    text = "".join(part if isinstance(part, str) else "\0" for part in parts)
    if ":function:" not in text and "functions/" not in text:
        if text.startswith("arn:") and ":lambda:" not in text and not text.startswith("arn:\0"):
            return None
        return Callee(guard, None, None, Unknown("the name is computed", trail=leaf.trail))
    return _written(names, guard, text, leaf, False)


def _with_suffix(names: Names, callee: Callee, following: object, parts: tuple[object, ...], index: int) -> Callee:
    if isinstance(following, str) and following.startswith(":"):
        name = following[1:].split("/", 1)[0]
        if name:
            return callee._replace(qualifier=Known(name))
        hole = parts[index + 2] if index + 2 < len(parts) else None
        if isinstance(hole, Reference):
            return callee._replace(qualifier=Known(hole))
        if isinstance(hole, Unknown):
            return callee._replace(qualifier=hole)
    return callee


def _written(names: Names, guard: Guard, text: str, leaf: Known, plain_names: bool) -> Callee | None:
    """A literal: an ARN, an invoke ARN, or (where allowed) ``name``, ``name:qualifier``, ``account:function:name``."""
    rest = text
    if "functions/" in rest:
        rest = rest.split("functions/", 1)[1].split("/", 1)[0]
    if "function:" in rest:
        rest = rest.split("function:", 1)[1]
    elif rest.startswith("arn:") or not plain_names:
        return None
    name, _, qualifier = rest.partition(":")
    if "\0" in name or not name:
        return Callee(guard, None, None, Unknown("the name is computed", trail=leaf.trail))
    function = names.functions.get(name)
    suffix: Leaf | None = None
    if "\0" in qualifier:
        suffix = Unknown("the qualifier is computed", trail=leaf.trail)
    elif qualifier:
        suffix = Known(qualifier, leaf.trail)
    if function is not None:
        return Callee(guard, function, suffix)
    outside = External(
        id=f"external:{text}",
        name=text.replace("\0", "…"),
        type="",
        span=leaf.trail[-1] if leaf.trail else NOWHERE,
        arn=leaf,
    )
    return Callee(guard, outside, suffix)
