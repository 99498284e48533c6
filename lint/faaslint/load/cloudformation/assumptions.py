"""What a condition says of a parameter: inside ``!If [HasName, …]`` the name is not the empty default."""

from __future__ import annotations

from ...model.guard import Guard, TooManyCombinations, atom
from ...model.span import Span
from ...model.value import Choice, Items, Known, Unknown, Value
from .parameters import Parameter, equals
from .text import scalar_text

NAME = "parameter "
"""How the symbol of an unknown parameter begins."""


def settled(parameter: Parameter, assumed: Guard) -> Value:
    """Return the value of a parameter for properties, where a guard holds.

    That is what the guard asks it to be, if it does; not its default, if the guard rules that out; else as it is written.
    """
    free, written = parameter.free, parameter.written
    try:
        if isinstance(free, Unknown):
            name = (free.symbol or "").removeprefix(NAME)
            asked = implied(name, assumed)
            if asked is not None and not _is_list(written):
                return Known(asked, (parameter.span,))
            if isinstance(written, Known) and not (assumed & _is_default(name, written, assumed)).satisfiable():
                return free
        elif isinstance(free, Choice) and isinstance(written, Known):
            texts = [(branch.guard, scalar_text(branch.value)) for branch in free.branches]
            same = next((guard for guard, text in texts if text == scalar_text(written)), None)
            if same is not None and not (assumed & same).satisfiable():
                return free
    except TooManyCombinations:
        return free
    return written


def implied(name: str, assumed: Guard) -> str | None:
    """Return what something unknown, called ``name``, has to be where a guard holds; None where it may be several things."""
    for one in assumed.atoms():
        if one.group == name and one.text.startswith(f"{name} == '"):
            try:
                if not (assumed & ~atom(one.text, one.group)).satisfiable():
                    return one.text[len(name) + 5 : -1]
            except TooManyCombinations:
                return None
    return None


def implied_value(name: str, assumed: Guard, span: Span) -> Known | None:
    """Return what a pseudo parameter has to be where a guard holds."""
    text = implied(name, assumed)
    return Known(text, (span,)) if text is not None else None


def _is_list(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, Items)


def _is_default(name: str, written: Known, assumed: Guard) -> Guard:
    """Return the guard that a parameter has its default, in the terms in which the assumed guard speaks of it."""
    text = scalar_text(written)
    if text is not None:
        return equals(name, text)
    texts: list[str] = []
    if isinstance(written.value, Items):
        texts = [text for item in written.value.items if (text := _text(item.value)) is not None]
    result = assumed
    for one in assumed.atoms():
        # A condition asks for the items of a list that are joined, or for one of them.
        for delimiter in ("", ",", "|", "-", " "):
            group = f"{name} joined by '{delimiter}'"
            if one.group == group:
                is_so = one.text == f"{group} == '{delimiter.join(texts)}'"
                result = result & (atom(one.text, group) if is_so else ~atom(one.text, group))
        if one.group == f"{name}[0]":
            is_so = one.text == f"{name}[0] == '{texts[0] if texts else ''}'"
            result = result & (atom(one.text, one.group) if is_so else ~atom(one.text, one.group))
    return result


def _text(value: Value) -> str | None:
    return scalar_text(value) if isinstance(value, (Known, Unknown)) else None
