"""Walking over typed Python syntax, without recursion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .python_statements import ClassDefinition, Deferred, FunctionDefinition
from .python_syntax import Lambda, Syntax


def inside(nodes: Iterable[Syntax], *, inner_functions: bool = True) -> Iterator[Syntax]:
    """Yield nodes and everything inside them. ``inner_functions`` says whether to enter functions and classes in them."""
    pending: list[Any] = list(nodes)
    while pending:
        current = pending.pop()
        if isinstance(current, tuple):
            pending += current
        elif isinstance(current, Deferred):
            pending.append(current.get())
        elif isinstance(current, Syntax):
            yield current
            if inner_functions or not isinstance(current, (FunctionDefinition, ClassDefinition, Lambda)):
                pending += (getattr(current, name) for name in type(current).__match_args__)
