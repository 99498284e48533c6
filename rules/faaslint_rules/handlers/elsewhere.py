"""Functions that Lambda only stores: AWS IoT Greengrass runs them on devices, in an environment of its own."""

from __future__ import annotations

from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import Withheld
from faaslint.model.nodes import Function, Version

_TYPES = ("AWS::Greengrass", "aws_greengrass")


def elsewhere(function: Function, graph: Graph) -> Withheld | None:
    """Return why what a function finds around it can't be known: its environment and modules are those of a device."""
    versions = [
        one for one in graph.all(Version) if any(owner is function for _, owner, _ in graph.functions_called_by(one))
    ]
    for node in (function, *versions):
        for edge in graph.into(node, EdgeKind.DEPENDS_ON):
            if edge.source.type.startswith(_TYPES):
                return Withheld(
                    "it runs on AWS IoT Greengrass, which has an environment and modules of its own", edge.source.span
                )
    return None
