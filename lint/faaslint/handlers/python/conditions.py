"""What can be said of a condition or a clause from its syntax alone."""

from __future__ import annotations

from typing import Final

from ...source.python_syntax import Attribute, Call, Display, Expression, Literal, Name
from ...source.python_walk import inside

_VERSIONS: Final = frozenset({"version_info", "hexversion", "hasattr", "find_spec", "python_version"})

_CATCHES_KEY_ERROR: Final = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})


def is_dead(test: Expression) -> bool:
    """Return whether a branch is never taken in Lambda: ``__main__``, ``TYPE_CHECKING``, ``False``."""
    if isinstance(test, Literal):
        return test.value is False
    if isinstance(test, (Name, Attribute)):
        name = test.name
        return name == "TYPE_CHECKING"
    operands = getattr(test, "operands", ())
    if len(operands) == 2 and getattr(test, "operators", ()) == ("==",):
        names = [one.name for one in operands if isinstance(one, Name)]
        texts = [one.value for one in operands if isinstance(one, Literal)]
        return names == ["__name__"] and texts == ["__main__"]
    return False


def asks_for_version(test: Expression) -> bool:
    """Return whether a test is about the version of Python, or about whether something is there at all."""
    return any(isinstance(node, (Name, Attribute)) and node.name in _VERSIONS for node in inside([test]))


def suppresses(node: Call) -> bool:
    """Return whether a context manager is ``contextlib.suppress`` of a KeyError."""
    name = node.function.name if isinstance(node.function, (Name, Attribute)) else ""
    return name == "suppress" and any(catches(argument.value) for argument in node.arguments)


def catches(kind: Expression | None) -> bool:
    """Return whether an ``except`` clause catches a KeyError."""
    if kind is None:
        return True
    if isinstance(kind, Display):
        return any(catches(element) for element in kind.elements)
    if isinstance(kind, Attribute):
        return kind.name in _CATCHES_KEY_ERROR
    return isinstance(kind, Name) and kind.name in _CATCHES_KEY_ERROR
