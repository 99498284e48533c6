"""FL815 module-not-packaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import elements, openness
from faaslint.model.span import Location, Place
from faaslint.model.value import Known, Open, is_absent, jointly

from .elsewhere import elsewhere
from .running import Running

INLINE: Final = frozenset({"cfnresponse"})
"""Modules that CloudFormation puts beside inline code."""


@rule(
    id="FL815",
    name="module-not-packaged",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html",
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html",
    ),
)
def module_not_packaged(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler imports a module that nothing puts into its package.

    What it does
    Looks at each import that the handler reaches unguarded. It speaks where the module is neither part of Python or of
    what the runtime brings (boto3 and what that needs), nor in the package, nor in a layer, and no build step installs
    requirements.

    Why it matters
    The import raises `Runtime.ImportModuleError`, and every invocation fails.

    How to fix
    Put the module into the package: list it in a `requirements.txt` that `sam build` or the CDK's bundling installs, or
    bring it in a layer. Terraform's `archive_file` packs a folder as it is and installs nothing.

    What it can't know
    What layers from elsewhere and devices of AWS IoT Greengrass hold, and what is installed into the folder before it is
    packed: where a requirements file, a project file or a build script stands in it, a build script beside the template, or
    the lock file of a tool such as uv or Poetry in a folder above it, nothing is said.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    - https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        reached = [one for one in handler.imports if one.reachable is Reachable.YES]
        wanted = [one for one in reached if not one.provided and not one.protected]
        if not wanted:
            continue
        if (device := elsewhere(function, graph)) is not None:
            yield device
            continue
        unknown = handler.packaged
        told: set[str] = set()
        for guard, (layers,) in jointly(function.layers, given=given):
            if unknown is None and not (is_absent(layers) or (isinstance(layers, Known) and not elements_in(layers))):
                unknown = Open("the module may come out of a layer", function.at("layers").span)
            if unknown is not None:
                yield Withheld(unknown.why, unknown.where)
                continue
            for one in wanted:
                if one.module in INLINE and one.span.path == function.span.path:
                    continue
                top = one.module.partition(".")[0]
                if top in told:
                    continue
                told.add(top)
                yield claim(
                    function,
                    "code",
                    f"Function '{function.name}' imports '{top}', which neither the runtime nor its package holds; "
                    "package the module, or bring it in a layer.",
                    at=Place(one.span, handler.callable),
                    related=[Location(function.at("handler").span, "the function's handler")],
                    guard=guard,
                )


def elements_in(layers: Known) -> bool:
    """Return whether a list of layers has any, or may have."""
    return any(True for _ in elements(layers)) or openness(layers) is not None
