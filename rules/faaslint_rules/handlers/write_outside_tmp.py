"""FL821 write-outside-tmp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Pattern, Value

from .running import Running, route

WRITABLE: Final = ("/tmp/", "/dev/", "/mnt/", "/proc/self/")
"""What the absolute paths begin with that can be written to."""


@rule(
    id="FL821",
    name="write-outside-tmp",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def write_outside_tmp(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler writes to a place where its execution environment lets nothing be written.

    What it does
    Looks at the paths of files and folders that the source opens for writing or makes: literals, and texts that begin
    with one. It speaks of absolute paths other than `/tmp`, `/dev/null` and `/mnt` (where file systems are mounted), and
    of relative paths, which lie in the read-only folder of the code.

    Why it matters
    Everything but `/tmp` and mounted file systems is read-only in Lambda: the call raises `OSError: Read-only file
    system`. On the developer's machine it works.

    How to fix
    Write below `/tmp`, for instance with `tempfile`.

    What it can't know
    Paths that are computed, and whether the source changes its working directory in ways that are not seen; where it
    calls `os.chdir` nothing is said.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        for write in handler.files:
            begin = _begin(write.file)
            if begin is None:
                yield Withheld("the path is computed", write.span)
                continue
            if not begin or begin.startswith(WRITABLE) or write.protected:
                continue
            if write.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", write.span)
                continue
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' writes to '{_shown(begin, write.file)}', which is read-only in Lambda; "
                "write below /tmp.",
                at=Place(write.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(write.span, "written here")),
                guard=guard,
            )


def _begin(file: Value) -> str | None:
    """Return what a path certainly begins with, None where that is not known."""
    if not isinstance(file, Known):
        return None
    if isinstance(file.value, Pattern):
        first = file.value.parts[0]
        # "/{folder}/x" may be anything; "/opt/{name}" is below /opt, and "report-{number}" is relative.
        return first if isinstance(first, str) and (not first.startswith("/") or first.count("/") > 1) else None
    return file.value if isinstance(file.value, str) else None


def _shown(begin: str, file: Value) -> str:
    return begin if isinstance(file, Known) and file.value == begin else f"{begin}…"
