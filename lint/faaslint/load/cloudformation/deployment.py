"""What is set for a deployment outside its template: parameter files, and the overrides that ``sam deploy`` takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ...model.span import Span
from ...source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree
from .parameters import parameter_text

_OVERRIDE: Final = r"""(?:^|\s)(?:ParameterKey=)?([A-Za-z0-9]+)(?:,ParameterValue)?=("(?:\\.|[^"\\])*"|(?:\\.|[^\s"\\])*)"""
"""One override in a text: ``Key=value`` or ``ParameterKey=Key,ParameterValue=value``; blanks stand in quotes or escaped."""

_ESCAPED: Final = r"\\(.)"

FORMS: Final = 'a list of ParameterKey and ParameterValue, a mapping under "Parameters", or a mapping of names to values'


class Setting(NamedTuple):
    """A parameter's name, the text that it is set to, and where that is written."""

    name: str
    text: str
    span: Span


def overrides(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of each parameter in the text form of ``--parameter-overrides``."""
    for match in re.finditer(_OVERRIDE, text):
        value = match[2]
        if value.startswith('"'):
            value = value[1:-1]
        yield match[1], re.sub(_ESCAPED, r"\1", value)


def settings_in(tree: Tree) -> list[Setting]:
    """Return what a document sets parameters to, in any of the forms that the deployment tools take.

    Those are the list of ``create-stack``, the ``Parameters`` of a template configuration, a plain mapping, and texts of
    overrides. Raises ParseFailure for another shape.
    """
    if isinstance(tree, Mapping):
        inner = tree.get("Parameters")
        if isinstance(inner, (Mapping, Sequence)):
            return settings_in(inner) if isinstance(inner, Sequence) else list(_mapped(inner))
        return list(_mapped(tree))
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        return [Setting(name, text, tree.span) for name, text in overrides(tree.value)]
    if isinstance(tree, Sequence):
        return [setting for item in tree.items for setting in _member(item)]
    if isinstance(tree, Scalar) and tree.value is None:
        return []
    raise ParseFailure(f"parameters were expected here: {FORMS}", tree.span.start())


def _mapped(tree: Mapping) -> Iterator[Setting]:
    for key, value in tree.entries:
        text = _text(value)
        if text is not None:
            yield Setting(str(key.value), text, value.span)


def _member(item: Tree) -> Iterator[Setting]:
    if isinstance(item, Mapping):
        name = item.get("ParameterKey")
        value = item.get("ParameterValue")
        if isinstance(name, Scalar):
            text = _text(value) if value is not None else None
            if text is not None and value is not None:
                # Without a value the one of the last deployment is kept, which no file tells.
                yield Setting(str(name.value), text, value.span)
            return
        yield from _mapped(item)
    elif isinstance(item, Scalar) and isinstance(item.value, str):
        yield from (Setting(name, text, item.span) for name, text in overrides(item.value))
    else:
        raise ParseFailure(f"parameters were expected here: {FORMS}", item.span.start())


def _text(value: Tree) -> str | None:
    """Return a value as the text that is passed for it: a list is passed with commas. Raises ParseFailure for a mapping."""
    if isinstance(value, Scalar):
        return None if value.value is None else str(parameter_text(value.value))
    if isinstance(value, Sequence):
        parts = [_text(item) for item in value.items]
        return ",".join(part for part in parts if part is not None)
    raise ParseFailure("the value of a parameter is a text, a number or a list", value.span.start())
