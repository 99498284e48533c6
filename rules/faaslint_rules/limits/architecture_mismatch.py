"""FL122 architecture-mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import runtimes
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import Code, CodeKind, Function, Layer, Package
from faaslint.model.read import elements, openness, text_of
from faaslint.model.span import Location
from faaslint.model.value import CLOSED, Known, Leaf, Unknown, branches, jointly

DEFAULT: Final = "x86_64"
PLATFORMS: Final = {
    "linux/amd64": "x86_64",
    "linux/x86_64": "x86_64",
    "linux/arm64": "arm64",
    "linux/arm64/v8": "arm64",
    "linux/aarch64": "arm64",
}
LOCAL: Final = (CodeKind.ARCHIVE, CodeKind.FILE, CodeKind.FOLDER, CodeKind.IMAGE)


@rule(id="FL122", name="architecture-mismatch", level=Level.ERROR, visits=Function)
def architecture_mismatch(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function is to run on one processor, and its runtime, libraries or image are for the other.

    What it does
    Compares `Architectures` (`x86_64` where it is not set) with the runtime, which may not exist on `arm64`, with the
    libraries (`.so`) and the `bootstrap` in the package and its local layers, and with a platform that the Dockerfile of an
    image pins. A package that has libraries for both is left alone.

    Why it matters
    Lambda refuses the runtime; a library for another processor fails when it is loaded, and an image or `bootstrap` when the
    function starts.

    How to fix
    Build for the architecture of the function (`sam build --use-container`, `pip install --platform`), or change
    `Architectures`.

    What it can't know
    What a build adds before it has run, code in S3, layers of other projects, and images that are built elsewhere.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    asked = False
    for guard, wanted in _architectures(function):
        if isinstance(wanted, Unknown):
            asked = True
            yield withheld(wanted, function)
            continue
        name = text_of(wanted) or DEFAULT
        for answer in (
            *_runtime(function, wanted, name, guard),
            *_code(function, wanted, name, graph, guard),
        ):
            asked = True
            if answer is not None:
                yield answer
    if not asked:
        yield INAPPLICABLE


def _architectures(function: Function) -> Iterator[tuple[Guard, Leaf]]:
    for guard, leaf in branches(function.architectures):
        given = guard & function.guard
        if isinstance(leaf, Known) and leaf.value is not None:
            if openness(leaf) is not CLOSED:
                yield given, Unknown("the architectures are not all known", trail=leaf.trail)
                continue
            for inner, element in elements(leaf):
                yield given & inner, element if text_of(element) else Unknown("the value can't be read", trail=element.trail)
        else:
            yield given, leaf


def _runtime(function: Function, wanted: Leaf, name: str, given: Guard) -> Iterator[Answer | None]:
    for guard, (leaf,) in jointly(function.runtime, given=given):
        text = text_of(leaf)
        fact = runtimes.runtime(text) if text is not None else None
        if isinstance(leaf, Unknown) and name != DEFAULT:
            yield withheld(leaf, function)
        elif fact is not None and name not in fact.architectures:
            yield claim(
                function,
                "architectures",
                f"Function '{function.name}' is to run on {name}, where Lambda has no runtime {text}; "
                f"use another architecture or a newer runtime.",
                value=wanted,
                related=(Location(function.at("runtime", leaf).span, "the runtime"),),
                guard=guard,
            )
        elif fact is not None:
            yield None


def _code(function: Function, wanted: Leaf, name: str, graph: Graph, given: Guard) -> Iterator[Answer | None]:
    for guard, code in function.code:
        both = guard & given
        if code.kind in LOCAL and both.satisfiable():
            package = graph.measure(function, code)
            yield from _built(function, wanted, name, package, code, None, both)
            if package.platform is not None:
                yield from _image(function, wanted, name, package, both)
    for edge in graph.out(function, EdgeKind.USES_LAYER):
        for guard, code in edge.target.code if isinstance(edge.target, Layer) else ():
            both = guard & given & edge.guard
            if isinstance(edge.target, Layer) and code.kind in LOCAL and both.satisfiable():
                yield from _built(function, wanted, name, graph.measure(edge.target, code), code, edge.target, both)


def _built(
    function: Function, wanted: Leaf, name: str, package: Package, code: Code, layer: Layer | None, given: Guard
) -> Iterator[Answer | None]:
    if not package.binaries:
        return
    # A package for several machines holds a library for each, of which only one is loaded.
    start = next((one for one in package.binaries if one.path == "bootstrap"), None)
    others = [one for one in package.binaries if one.architecture != name]
    mixed = len(others) < len(package.binaries)
    wrong = start if start in others else others[0] if others and not mixed else None
    if wrong is None:
        yield None
        return
    what = "its package" if layer is None else f"its layer '{layer.name}'"
    yield claim(
        function,
        "architectures",
        f"Function '{function.name}' runs on {name}, and '{wrong.path}' in {what} is built for {wrong.architecture}; "
        f"build it for {name}.",
        value=wanted,
        related=[
            *([Location(code.span, "the package")] if code.span is not None and layer is None else []),
            *([Location(layer.span, f"the layer '{layer.name}'")] if layer is not None else []),
        ],
        guard=given,
    )


def _image(function: Function, wanted: Leaf, name: str, package: Package, given: Guard) -> Iterator[Answer | None]:
    assert package.platform is not None
    pinned, where = package.platform
    architecture = PLATFORMS.get(pinned.lower())
    if architecture is None or architecture == name:
        yield None
        return
    yield claim(
        function,
        "architectures",
        f"Function '{function.name}' runs on {name}, and the Dockerfile of its image is pinned to {pinned}; "
        f"use one architecture for both.",
        value=wanted,
        related=(Location(where, "the platform of the image"),),
        guard=given,
    )
