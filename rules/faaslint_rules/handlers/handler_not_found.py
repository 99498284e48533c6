"""FL801 handler-not-found."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Found, Handler
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import CodeKind, Function
from faaslint.model.read import openness, text_of
from faaslint.model.span import Location, Span
from faaslint.model.value import Known, Unknown, is_absent, jointly

from .languages import analysed
from .wrappers import wrapper_of

SHOWN = 3
"""How many of the names that are there a message lists."""


@rule(
    id="FL801",
    name="handler-not-found",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",),
)
def handler_not_found(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's handler names a file or a callable that its code does not have.

    What it does
    Looks for the handler in the function's code: the file that its first part names, and in that file the callable that the
    last part names. The message says what is there instead.

    Why it matters
    The function is created, and every invocation fails with `Runtime.ImportModuleError` or `Runtime.HandlerNotFound`.

    How to fix
    Write the handler as `folder/file.callable`, seen from the folder that becomes the package (`CodeUri`, `source_dir`), or
    point the function at the folder that holds the file.

    What it can't know
    Code that is not on disk, files that a build generates, and handlers that come out of a layer or a wrapper. Inline code
    whose handler names another file than `index` is not this rule's question. A single file under a handler inside a
    package (`handlers.orders.main`) is taken for a placeholder: a pipeline uploads the package later.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    """
    if not analysed(function):
        yield INAPPLICABLE
        return
    asked = False
    for guard, handler in graph.handlers_of(function):
        given = guard & function.guard
        if not given.satisfiable():
            continue
        if handler.found is Found.NO_FILE and _is_inline(function, given):
            # Inline code is the module index whatever it holds; that the handler has to say so is a question of its own.
            continue
        asked = True
        if handler.found is Found.UNKNOWN:
            yield Withheld(handler.why or "the handler's code can't be known", handler.span)
        elif handler.found is Found.NO_FILE and "." in handler.name.rpartition(".")[0] and _is_one_file(function, given):
            yield Withheld("a single file stands in for a package, which something else uploads", handler.span)
        elif handler.found is not Found.YES:
            yield from _judge(function, handler, given)
    if not asked:
        yield INAPPLICABLE


def _is_inline(function: Function, given: Guard) -> bool:
    return any(code.kind is CodeKind.INLINE and (guard & given).satisfiable() for guard, code in function.code)


def _is_one_file(function: Function, given: Guard) -> bool:
    return any(code.kind is CodeKind.FILE and (guard & given).satisfiable() for guard, code in function.code)


def _judge(function: Function, handler: Handler, given: Guard) -> Iterator[Answer]:
    wrapper = wrapper_of(function)
    if wrapper is not None:
        yield wrapper
        return
    for guard, (name, layers) in jointly(function.handler, function.layers, given=given):
        text = text_of(name)
        if text is None:
            why = name.why if isinstance(name, Unknown) else "the handler's name is computed"
            yield Withheld(why, function.at("handler", name).span)
        elif handler.found is Found.NO_FILE and not _none(layers):
            yield Withheld("the handler's file may come out of a layer", function.at("layers").span)
        else:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' has the handler '{text}', but {_lack(handler, text)}{_instead(handler)}; "
                "name a file and a callable of its code.",
                value=name,
                related=[Location(Span(handler.path, 1, 1, 1, 1), "the file that it names")] if _is_source(handler) else [],
                guard=guard,
            )


def _none(layers: Known | Unknown) -> bool:
    listed = layers.value if isinstance(layers, Known) else layers
    return is_absent(layers) or (openness(layers) is None and not getattr(listed, "items", True))


def _lack(handler: Handler, text: str) -> str:
    module, _, callable_name = text.rpartition(".")
    if handler.found is Found.NO_CALLABLE:
        where = f"'{posixpath.basename(handler.path)}'" if _is_source(handler) else "its inline code"
        return f"{where} has no '{handler.callable or callable_name}'"
    return f"its code has no file for '{module or text}'"


def _is_source(handler: Handler) -> bool:
    """Whether the handler's code is a file of its own, not text inside the template."""
    return handler.found is Found.NO_CALLABLE and handler.path.endswith(".py")


def _instead(handler: Handler) -> str:
    if not handler.available:
        return ""
    names = ", ".join(f"'{name}'" for name in handler.available[:SHOWN])
    more = f" and {len(handler.available) - SHOWN} more" if len(handler.available) > SHOWN else ""
    return f" (there is {names}{more})"
