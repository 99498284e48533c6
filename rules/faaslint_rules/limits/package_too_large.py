"""FL111 package-too-large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Code, CodeKind, Function, Layer
from faaslint.model.read import elements, openness
from faaslint.model.span import Location, Place
from faaslint.model.value import CLOSED, is_absent

MEGABYTE: Final = 1024 * 1024
NEAR: Final = 0.9
LOCAL: Final = (CodeKind.ARCHIVE, CodeKind.FOLDER, CodeKind.FILE)


@rule(id="FL111", name="package-too-large", level=Level.ERROR, visits=Function)
def package_too_large(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The code of a function is larger than Lambda takes.

    What it does
    Adds up what is on disk: an archive that Terraform uploads (`filename`) may have 50 MB, and the unzipped code with its
    layers 250 MB. From 90 percent of either on it warns. Archives are not unpacked; their directory says how large the files
    in them are. Of a function of SAM the result of `sam build` is measured, where there is one.

    Why it matters
    Lambda refuses the upload, so the deployment fails, often only after a long build.

    How to fix
    Leave out what the function does not need at run time, deploy the archive through S3 where only the upload is too large,
    or use a container image, which may have 10 GB.

    What it can't know
    The size of what a build adds, before it has run, and of code and layers that are in S3 or in other projects.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    asked = False
    for guard, code in function.code:
        given = guard & function.guard
        if code.kind not in LOCAL or not given.satisfiable():
            continue
        asked = True
        yield from _uploaded(function, code, given)
        yield from _unzipped(function, code, graph, given)
    if not asked:
        yield INAPPLICABLE


def _uploaded(function: Function, code: Code, given: Guard) -> Iterator[Answer]:
    if code.kind is not CodeKind.ARCHIVE or code.size is None or is_absent(function.code_file):
        return
    most = limits.zip_upload_mb() * MEGABYTE
    if code.size > NEAR * most:
        yield claim(
            function,
            "code_file",
            f"Function '{function.name}' uploads an archive of {_shown(code.size)} MB, and Lambda "
            + (
                f"takes {limits.zip_upload_mb()} MB"
                if code.size > most
                else f"takes no more than {limits.zip_upload_mb()} MB"
            )
            + "; deploy it through S3.",
            at=_place(function, code),
            level=None if code.size > most else Level.WARNING,
            guard=given,
        )


def _unzipped(function: Function, code: Code, graph: Graph, given: Guard) -> Iterator[Answer]:
    own = graph.measure(function, code)
    total, complete = own.unzipped, own.complete
    layers: list[Layer] = []
    if openness(function.layers) is not CLOSED or not all(
        isinstance(node, Layer) for _, leaf in elements(function.layers) for _, node in graph.named(leaf)
    ):
        complete = False
    for edge in graph.out(function, EdgeKind.USES_LAYER):
        layer = edge.target
        if not isinstance(layer, Layer) or (given & ~edge.guard).satisfiable() or len(layer.code) != 1:
            complete = False
            continue
        measured = graph.measure(layer, layer.code[0][1])
        total += measured.unzipped
        complete = complete and measured.complete
        if measured.unzipped:
            layers.append(layer)
    most = limits.unzipped_mb() * MEGABYTE
    if total > NEAR * most:
        yield claim(
            function,
            "code_file",
            f"Function '{function.name}' has {'' if complete else 'at least '}{_shown(total)} MB unzipped"
            + (" with its layers" if layers else "")
            + f", and Lambda takes {'' if total > most else 'no more than '}{limits.unzipped_mb()} MB; "
            f"leave out what it does not need, or use a container image.",
            at=_place(function, code),
            related=[Location(layer.span, f"the layer '{layer.name}'") for layer in layers],
            level=None if total > most else Level.WARNING,
            guard=given,
        )
    elif not complete:
        yield Withheld("what is deployed is not all on disk", code.span or function.span)


def _shown(size: int) -> int:
    return -(-size // MEGABYTE)


def _place(function: Function, code: Code) -> Place:
    column = "code_file" if function.type.startswith("aws_") else "code_bucket"
    return Place(code.span or function.span, function.spellings.get(column, "").partition(".")[0])
