"""The functions of the language.

Pure ones are computed, those that read files stay inside the workspace, those that depend on the moment or on hashes
are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Known, Leaf, Reference, Unknown, Value
from ..kinds import hidden, is_hidden, spelled
from ..leaves import Failed, failed, lift, unknown, via
from ..operators import symbol_of
from ..scope import Scope
from .collections import COLLECTION_FUNCTIONS
from .elements import ELEMENT_FUNCTIONS
from .encoding import ENCODING_FUNCTIONS, ENCODING_VALUE_FUNCTIONS
from .failure import Fails
from .files import FILE_FUNCTIONS
from .hashes import FILE_HASH_FUNCTIONS, HASH_FUNCTIONS
from .numbers import NUMBER_FUNCTIONS
from .regexes import REGEX_FUNCTIONS
from .special import SPECIAL_FORMS
from .texts import TEXT_FUNCTIONS, TEXT_VALUE_FUNCTIONS

if TYPE_CHECKING:
    from ..evaluate import Evaluator

_LEAF_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    **NUMBER_FUNCTIONS,
    **TEXT_FUNCTIONS,
    **REGEX_FUNCTIONS,
    **ELEMENT_FUNCTIONS,
    **ENCODING_FUNCTIONS,
    **HASH_FUNCTIONS,
}
"""Functions of leaves; None is their answer where an argument is not known well enough."""

_VALUE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    **COLLECTION_FUNCTIONS,
    **TEXT_VALUE_FUNCTIONS,
    **ENCODING_VALUE_FUNCTIONS,
    **FILE_FUNCTIONS,
    **FILE_HASH_FUNCTIONS,
}
"""Functions that look at choices, guards and openness themselves."""

_RARE: Final = frozenset(
    {
        "csvdecode",
        "yamlencode",
        "textencodebase64",
        "textdecodebase64",
        "formatdate",
        "timeadd",
        "timecmp",
    }
)
"""Functions of leaves whose modules are loaded when one of them is called first."""

UNKNOWN_FUNCTIONS: Final = {
    "base64gzip": "its bytes depend on the compressor",
    "bcrypt": "it is salted with chance",
    "plantimestamp": "it is the moment of the plan",
    "rsadecrypt": "keys are not used here",
    "timestamp": "it is the moment of the run",
    "uuid": "it is made by chance",
}
"""Functions whose results can't be known from the files, and why."""

_WITHOUT_ARGUMENTS: Final = frozenset({"timestamp", "plantimestamp", "uuid"})

_CHANGING: Final = frozenset({"timestamp", "plantimestamp", "uuid", "bcrypt"})

_SHOWING: Final = frozenset({"merge", "concat", "keys", "values", "lookup", "element"})
"""Functions whose results say themselves which of their parts are sensitive."""

_ASKED: Final = frozenset({"regex", "regexall", "split", "startswith", "strcontains"})
"""Functions that modules ask an ARN with, which service it is of."""

FUNCTIONS: Final = frozenset({*_LEAF_FUNCTIONS, *_VALUE_FUNCTIONS, *_RARE, *UNKNOWN_FUNCTIONS})
"""Every function that may be called, but for the special forms."""


def function_name(name: str) -> str:
    """Return the plain name of a function of the language: ``core::upper`` is ``upper``."""
    return name.removeprefix("core::")


def _leaf_function(name: str) -> Callable[[Sequence[Leaf], Span], Leaf | None] | None:
    if name in _RARE:
        from .dates import DATE_FUNCTIONS
        from .formats import FORMAT_FUNCTIONS

        return DATE_FUNCTIONS.get(name) or FORMAT_FUNCTIONS[name]
    return _LEAF_FUNCTIONS.get(name)


def call_function(evaluator: Evaluator, name: str, arguments: Sequence[Value], span: Span, scope: Scope) -> Value:
    """Return the result of a function; it is sensitive where an argument is."""
    value = _result(evaluator, name, arguments, span, scope)
    if evaluator.session.has_secrets and name not in _SHOWING and any(is_hidden(argument) for argument in arguments):
        return hidden(value, span)
    return value


def _result(evaluator: Evaluator, name: str, arguments: Sequence[Value], span: Span, scope: Scope) -> Value:
    if not arguments and name not in _WITHOUT_ARGUMENTS and name != "merge":
        return failed(f"{name}: an argument is missing", span)
    by_value = _VALUE_FUNCTIONS.get(name)
    if by_value is not None:
        try:
            value = via(by_value(evaluator, arguments, span, scope), span)
            return evaluator.noted(value, span) if isinstance(value, Unknown) else value
        except Fails as failure:
            return failed(str(failure), span)
    by_leaf = _leaf_function(name)

    def apply(leaves: Sequence[Leaf]) -> Value:
        for leaf in leaves:
            if isinstance(leaf, Failed):
                return leaf
        if by_leaf is not None and not any(isinstance(leaf, Unknown) for leaf in leaves):
            try:
                plain = [_plain(evaluator, leaf) for leaf in leaves]
                result = by_leaf(plain, span)
                if result is None and name in _ASKED:
                    result = _of_arn(by_leaf, plain, span)
            except Fails as failure:
                return failed(f"{name}: {failure}", span)
            if result is not None:
                return evaluator.sized(result) if isinstance(result, Known) else evaluator.noted(result, span)
        symbols = [symbol_of(leaf) for leaf in leaves]
        symbol = f"{name}({', '.join(symbols)})" if all(symbols) and name not in _CHANGING else None
        why = next((leaf.why for leaf in leaves if isinstance(leaf, Unknown)), _why(name))
        return unknown(why, span, symbol if symbol is not None and len(symbol) < 300 else None)

    return via(lift(apply, arguments, span), span)


def _of_arn(function: Callable[[Sequence[Leaf], Span], Leaf | None], leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    """Return what a function says of an ARN that is not there yet, None where that can't be told."""
    if not any(isinstance(leaf, Known) and isinstance(leaf.value, Reference) for leaf in leaves):
        return None
    from .arns import answer

    return answer(function, leaves, span)


def _why(name: str) -> str:
    reason = UNKNOWN_FUNCTIONS.get(name)
    return f"{name}() is known only when Terraform runs: {reason}" if reason else f"{name}() is not worked out for these"


def _plain(evaluator: Evaluator, leaf: Leaf) -> Leaf:
    """Return what a leaf is to a function that computes: the text that a document is, or what a resource's block sets the
    attribute to that the leaf refers to.
    """
    if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
        from ..resources import configured

        found = configured(evaluator, leaf.value)
        if isinstance(found, Known):
            return found
    return spelled(leaf)


__all__ = ["FUNCTIONS", "SPECIAL_FORMS", "UNKNOWN_FUNCTIONS", "call_function", "function_name"]
