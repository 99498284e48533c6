"""Which functions have source that the handler rules read."""

from __future__ import annotations

from typing import Final

from faaslint.model.nodes import CodeKind, Function
from faaslint.model.read import text_of
from faaslint.model.value import Known, branches

ANALYSED: Final = ("python",)
"""The families of runtimes whose source is read."""


def analysed(function: Function) -> bool:
    """Return whether a function may be written in a language whose source is read: no image, no other language's runtime."""
    if function.code and all(code.kind is CodeKind.IMAGE for _, code in function.code):
        return False
    if all(text_of(leaf) == "Image" for _, leaf in branches(function.package_type)):
        return False
    return any(
        not isinstance(leaf, Known) or (text_of(leaf) or "").startswith(ANALYSED) for _, leaf in branches(function.runtime)
    )
