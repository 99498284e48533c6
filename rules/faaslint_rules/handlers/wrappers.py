"""Wrapper scripts: a layer's program that starts before the runtime, and may change what the runtime sees."""

from __future__ import annotations

from typing import Final

from faaslint.model.finding import Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import entry
from faaslint.model.value import is_absent

VARIABLE: Final = "AWS_LAMBDA_EXEC_WRAPPER"
"""The environment variable that names a wrapper script."""


def wrapper_of(function: Function) -> Withheld | None:
    """Return why a function's handler and environment can't be known: a wrapper starts it, or may; None where none does."""
    wrapper = entry(function.environment, VARIABLE)
    if is_absent(wrapper):
        return None
    return Withheld("a wrapper script may start something else", function.at("environment").span)
