"""FL112 layer-incompatible."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Layer
from faaslint.model.read import elements, openness, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Leaf, Unknown, Value, is_absent, jointly

DEFAULT_ARCHITECTURE = "x86_64"


@rule(id="FL112", name="layer-incompatible", level=Level.WARNING, visits=Function)
def layer_incompatible(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function uses a layer that is declared for other runtimes or another processor.

    What it does
    Compares the runtimes and architectures that a layer of the project declares with those of the functions that use it.

    Why it matters
    The declaration is not enforced: the function is deployed, and fails to import what is in the layer, or to load its
    libraries.

    How to fix
    Build the layer for the function's runtime and architecture, and declare them.

    What it can't know
    Layers of other projects, and lists that are known only at deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
    """
    asked = False
    for edge in graph.out(function, EdgeKind.USES_LAYER):
        layer = edge.target
        if not isinstance(layer, Layer):
            continue
        asked = True
        place = edge.place or function.at("layers")
        given = edge.guard & function.guard & layer.guard
        yield from _compare(function, layer, "runtimes", function.runtime, None, place, given)
        yield from _compare(function, layer, "architectures", function.architectures, DEFAULT_ARCHITECTURE, place, given)
    if not asked:
        yield INAPPLICABLE


def _compare(
    function: Function, layer: Layer, attribute: str, own: Value, default: str | None, place: Place, given: Guard
) -> Iterator[Answer]:
    declared: Value = getattr(layer, attribute)
    if is_absent(declared):
        return
    not_known = openness(declared)
    if not_known is not None:
        yield Withheld(not_known.why, not_known.where or layer.span)
        return
    listed = [leaf for _, leaf in elements(declared)]
    texts = {text_of(leaf) for leaf in listed}
    if not texts or None in texts:
        yield Withheld("what the layer is for is known only at deployment", layer.at(attribute).span)
        return
    for guard, (leaf,) in jointly(_only(own), given=given):
        wanted = default if isinstance(leaf, Known) and leaf.value is None else text_of(leaf)
        if wanted is None:
            if isinstance(leaf, Unknown):
                yield withheld(leaf, function)
            continue
        if wanted not in texts:
            yield claim(
                function,
                "layers",
                f"Function '{function.name}' runs on {wanted}, and its layer '{layer.name}' is declared for "
                f"{', '.join(sorted(str(text) for text in texts))}; build the layer for {wanted}.",
                at=place,
                related=[
                    Location(layer.at(attribute).span, "what the layer is declared for"),
                    Location(function.at("architectures" if default else "runtime", leaf).span, "what the function runs on"),
                ],
                guard=guard,
            )


def _only(value: Value) -> Value:
    """A list of one architecture stands for that one."""
    found: list[tuple[Guard, Leaf]] = list(elements(value))
    return found[0][1] if len(found) == 1 and found[0][0].always else value
