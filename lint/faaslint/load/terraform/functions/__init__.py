"""The functions of the language.

Pure ones are computed, those that read files stay inside the workspace, those that depend on the moment or on hashes
are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Known, Leaf, Reference, Unknown, Value
from ..leaves import Failed, failed, lift, unknown, via
from ..operators import symbol_of
from ..scope import Scope
from .collections import COLLECTION_FUNCTIONS
from .elements import ELEMENT_FUNCTIONS
from .encoding import ENCODING_FUNCTIONS, ENCODING_VALUE_FUNCTIONS
from .failure import Fails
from .files import FILE_FUNCTIONS
from .numbers import NUMBER_FUNCTIONS
from .special import SPECIAL_FORMS
from .texts import TEXT_FUNCTIONS, TEXT_VALUE_FUNCTIONS

if TYPE_CHECKING:
    from ..evaluate import Evaluator

_LEAF_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    **NUMBER_FUNCTIONS,
    **TEXT_FUNCTIONS,
    **ELEMENT_FUNCTIONS,
    **ENCODING_FUNCTIONS,
}
"""Functions of leaves; None is their answer where an argument is not known well enough."""

_VALUE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    **COLLECTION_FUNCTIONS,
    **TEXT_VALUE_FUNCTIONS,
    **ENCODING_VALUE_FUNCTIONS,
    **FILE_FUNCTIONS,
}
"""Functions that look at choices, guards and openness themselves."""

_UNKNOWN_FUNCTIONS: Final = frozenset(
    {
        "base64gzip",
        "base64sha256",
        "base64sha512",
        "bcrypt",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "filemd5",
        "filesha1",
        "filesha256",
        "filesha512",
        "formatdate",
        "md5",
        "plantimestamp",
        "rsadecrypt",
        "sha1",
        "sha256",
        "sha512",
        "timeadd",
        "timecmp",
        "timestamp",
        "uuid",
        "uuidv5",
        "yamlencode",
        "csvdecode",
        "textencodebase64",
        "textdecodebase64",
        "templatestring",
        "ephemeralasnull",
        "matchkeys",
        "transpose",
        "type",
        "issensitive",
        "defaults",
    }
)
"""Functions whose results no rule reads: hashes, moments, and rarities."""

_WITHOUT_ARGUMENTS: Final = frozenset({"merge", "concat", "timestamp", "plantimestamp", "uuid"})

_CHANGING: Final = frozenset({"timestamp", "plantimestamp", "uuid", "bcrypt"})

FUNCTIONS: Final = frozenset({*_LEAF_FUNCTIONS, *_VALUE_FUNCTIONS, *_UNKNOWN_FUNCTIONS})
"""Every function that may be called, but for the special forms."""


def call_function(evaluator: Evaluator, name: str, arguments: Sequence[Value], span: Span, scope: Scope) -> Value:
    """Return the result of a function."""
    if not arguments and name not in _WITHOUT_ARGUMENTS:
        return failed(f"{name}: an argument is missing", span)
    by_value = _VALUE_FUNCTIONS.get(name)
    if by_value is not None:
        try:
            value = via(by_value(evaluator, arguments, span, scope), span)
            return evaluator.noted(value, span) if isinstance(value, Unknown) else value
        except Fails as failure:
            return failed(str(failure), span)
    by_leaf = _LEAF_FUNCTIONS.get(name)

    def apply(leaves: Sequence[Leaf]) -> Value:
        for leaf in leaves:
            if isinstance(leaf, Failed):
                return leaf
        if by_leaf is not None and not any(isinstance(leaf, Unknown) for leaf in leaves):
            try:
                result = by_leaf([_plain(evaluator, leaf) for leaf in leaves], span)
            except Fails as failure:
                return failed(f"{name}: {failure}", span)
            if result is not None:
                return evaluator.sized(result) if isinstance(result, Known) else evaluator.noted(result, span)
        symbols = [symbol_of(leaf) for leaf in leaves]
        symbol = f"{name}({', '.join(symbols)})" if all(symbols) and name not in _CHANGING else None
        why = next((leaf.why for leaf in leaves if isinstance(leaf, Unknown)), f"{name}() is not worked out here")
        return unknown(why, span, symbol if symbol is not None and len(symbol) < 300 else None)

    return via(lift(apply, arguments, span), span)


def _plain(evaluator: Evaluator, leaf: Leaf) -> Leaf:
    """Return what a resource's block sets the attribute to that a leaf refers to, where that is a plain value."""
    if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
        from ..resources import configured

        found = configured(evaluator, leaf.value)
        if isinstance(found, Known):
            return found
    return leaf


__all__ = ["FUNCTIONS", "SPECIAL_FORMS", "call_function"]
