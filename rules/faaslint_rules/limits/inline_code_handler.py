"""FL120 inline-code-handler."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits, runtimes
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Code, CodeKind, Function
from faaslint.model.read import elements, openness, text_of
from faaslint.model.span import Location, Place, Span
from faaslint.model.value import Leaf, Unknown, jointly


@rule(
    id="FL120",
    name="inline-code-handler",
    level=Level.ERROR,
    visits=Function,
    formats=("sam", "cloudformation", "cdk"),
    supersedes=("FL801",),
    fixable=True,
)
def inline_code_handler(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """Source text in the template does not go with the function's handler or runtime.

    What it does
    CloudFormation writes inline code to one file that is called `index`. Checks that the handler names that file, that the
    runtime is one that takes inline code (Node.js or Python), and that the text is not over 4 MB (a warning).

    Why it matters
    With another handler each call fails, since the module is not there; with another runtime the deployment fails.

    How to fix
    Write the handler as `index.<function>`, or put the code into a folder.

    What it can't know
    A handler or runtime that comes from a parameter without a default. A handler inside a folder or package (`app.main.run`)
    can't be meant for inline code: that is a placeholder for code which something else uploads, and it is not judged, and
    neither is inline code without a statement. Where the function has layers, one of them may hold the handler's file.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
    """
    inline = [(guard, code) for guard, code in function.code if code.kind is CodeKind.INLINE]
    if not inline:
        yield INAPPLICABLE
    for written, code in inline:
        for guard, (handler, runtime) in jointly(function.handler, function.runtime, given=function.guard & written):
            yield from _judge(function, code, guard, handler, runtime)


def _judge(function: Function, code: Code, guard: Guard, handler: Leaf, runtime: Leaf) -> Iterator[Answer]:
    unknown = next((leaf for leaf in (handler, runtime) if isinstance(leaf, Unknown)), None)
    if unknown is not None:
        yield withheld(unknown, function)
    here = Location(code.span or function.span, "the inline code")
    named, used = text_of(handler), text_of(runtime)
    if used is not None and runtimes.runtime(used) is not None and not limits.takes_inline_code(used):
        yield claim(
            function,
            "runtime",
            f"Function '{function.name}' has inline code and runs on {used}, which takes none; put the code into a folder.",
            value=runtime,
            related=[here],
            guard=guard,
        )
    elif named is not None and _is_one_file(named) and named.rpartition(".")[0] != "index":
        layer = _layer(function, guard)
        meant = f"index.{named.rpartition('.')[2] or 'handler'}"
        if _is_blank(code.text):
            yield Withheld("the inline code keeps the place of code that something else uploads", here.span)
        elif layer is not None:
            yield Withheld("a layer may hold the handler's module", layer)
        else:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' has inline code, which is the file index, and its handler is {named}; "
                f"write {meant}.",
                value=handler,
                related=[here],
                guard=guard,
                edits=[Edit(span, meant, safe=len(handler.trail) == 1) for span in handler.trail[-1:]],
            )
    if len(code.text.encode()) > limits.inline_code_bytes():
        yield claim(
            function,
            "code_inline",
            f"The inline code of function '{function.name}' is larger than {limits.inline_code_bytes()} bytes; "
            f"put it into a folder.",
            at=Place(here.span, function.spellings["code_inline"]),
            level=Level.WARNING,
            guard=guard,
        )


def _layer(function: Function, given: Guard) -> Span | None:
    """Return where a function has a layer, or may have one, in some situation of ``given``."""
    for guard, _ in elements(function.layers):
        if (guard & given).satisfiable():
            return function.at("layers").span
    return None if openness(function.layers) is None else function.at("layers").span


def _is_blank(text: str) -> bool:
    """Whether there is nothing in the text but comments: it only keeps the place of code that something else uploads."""
    return all(not line.strip() or line.lstrip().startswith(("#", "//")) for line in text.splitlines())


def _is_one_file(handler: str) -> bool:
    return handler.count(".") <= 1 and "/" not in handler
