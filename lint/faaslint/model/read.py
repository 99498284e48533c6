"""Reading plain Python values out of leaves, the way the services read them."""

from __future__ import annotations

from collections.abc import Iterator

from .guard import ALWAYS, Guard
from .value import CLOSED, Fields, Items, Known, Leaf, Open, Openness, Pattern, Unknown, Value, branches, choose


def text_of(leaf: Leaf) -> str | None:
    """Return the text of a leaf, None unless it is known in full. Numbers and booleans are spelled as templates do."""
    if isinstance(leaf, Known):
        content = leaf.value
        if isinstance(content, bool):
            return "true" if content else "false"
        if isinstance(content, str):
            return content
        if isinstance(content, int):
            return str(content)
    return None


def spelled(leaf: Leaf) -> str | None:
    """Return the text of a leaf, with the symbol of each hole in it; None where a hole has no symbol.

    Leaves that are spelled alike have the same content, though it may be known only after the deployment.
    """
    if isinstance(leaf, Unknown):
        return "${" + leaf.symbol + "}" if leaf.symbol else None
    if isinstance(leaf.value, Pattern):
        holes = [part for part in leaf.value.parts if not isinstance(part, str)]
        return str(leaf.value) if all(isinstance(one, Unknown) and one.symbol for one in holes) else None
    return text_of(leaf)


def integer_of(leaf: Leaf) -> int | None:
    """Return a whole number, also one that is written as text (``"30"``), else None."""
    if isinstance(leaf, Known):
        content = leaf.value
        if isinstance(content, bool):
            return None
        if isinstance(content, int):
            return content
        if isinstance(content, float) and content.is_integer():
            return int(content)
        if isinstance(content, str):
            try:
                return int(content.strip())
            except ValueError:
                return None
    return None


def number_of(leaf: Leaf) -> float | None:
    """Return a number, also one that is written as text, else None."""
    if isinstance(leaf, Known) and not isinstance(leaf.value, bool) and isinstance(leaf.value, (int, float, str)):
        try:
            return float(leaf.value)
        except ValueError:
            return None
    return None


def boolean_of(leaf: Leaf) -> bool | None:
    """Return a boolean, also one that is written as text, else None."""
    if isinstance(leaf, Known):
        if isinstance(leaf.value, bool):
            return leaf.value
        if isinstance(leaf.value, str) and leaf.value.lower() in ("true", "false"):
            return leaf.value.lower() == "true"
    return None


def field(value: Value, path: str) -> Value:
    """Return what stands at a dotted path of nested mappings.

    A list on the way stands for its only element, as Terraform's nested blocks do; one of several elements is unknown.
    """
    for name in path.split("."):
        value = entry(value, name)
    return value


def entry(value: Value, name: str) -> Value:
    """Return one entry of a mapping, branch by branch; ABSENT where the mapping is complete without it."""
    if isinstance(value, Known):
        content = value.value
        if isinstance(content, Fields):
            return content.get(name)
        if isinstance(content, Items):
            return _step_into_block(content, name)
        if content is None:
            return value
        return Unknown("a mapping is expected here", trail=value.trail)
    if isinstance(value, Unknown):
        return value
    return choose(((guard, entry(leaf, name)) for guard, leaf in branches(value)), value.trail)


def _step_into_block(block: Items, name: str) -> Value:
    if block.openness is not CLOSED:
        return Unknown(block.openness.why, trail=(block.openness.where,) if block.openness.where else ())
    if not block.items:
        return Known(None)
    if len(block.items) == 1 and block.items[0].guard.always:
        return entry(block.items[0].value, name)
    alternatives: list[tuple[Guard, Value]] = []
    rest = ALWAYS
    for item in block.items:
        alternatives.append((rest & item.guard, entry(item.value, name)))
        rest = rest & ~item.guard
    alternatives.append((rest, Known(None)))
    return choose(alternatives)


def elements(value: Value) -> Iterator[tuple[Guard, Leaf]]:
    """Yield the elements of a list with their guards; a value that is no list counts as a list of itself.

    Absent yields nothing. An Unknown (also an unknown element, or a choice of lists) is yielded as it is. Whether there
    may be further elements is :func:`openness`'s answer.
    """
    for guard, leaf in branches(value):
        if isinstance(leaf, Known) and isinstance(leaf.value, Items):
            for item in leaf.value.items:
                for inner, element in branches(item.value):
                    both = guard & item.guard & inner
                    if not both.satisfiable():
                        continue
                    if isinstance(element, Known) and isinstance(element.value, Items):
                        for deeper, content in elements(element):
                            yield both & deeper, content
                    elif not (isinstance(element, Known) and element.value is None):
                        yield both, element
        elif not (isinstance(leaf, Known) and leaf.value is None):
            yield guard, leaf


def openness(value: Value) -> Openness:
    """Return CLOSED if the list is known in full in every branch, else why it is not."""
    for _, leaf in branches(value):
        if isinstance(leaf, Unknown):
            return Open(leaf.why, leaf.trail[-1] if leaf.trail else None)
        if isinstance(leaf.value, Items):
            if leaf.value.openness is not CLOSED:
                return leaf.value.openness
            for item in leaf.value.items:
                if isinstance(item.value, Unknown):
                    return Open(item.value.why, item.value.trail[-1] if item.value.trail else None)
    return CLOSED


def known_text_parts(leaf: Leaf) -> str | None:
    """Return the text of a leaf with each hole replaced by a NUL character, None where it is no text at all."""
    if isinstance(leaf, Known):
        if isinstance(leaf.value, Pattern):
            return "".join(part if isinstance(part, str) else "\0" for part in leaf.value.parts)
        return text_of(leaf)
    return None
