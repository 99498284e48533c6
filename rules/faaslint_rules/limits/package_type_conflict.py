"""FL115 package-type-conflict."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import CodeKind, Function
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Items, Known, Leaf, Unknown, Value, jointly

SOURCES: Final = ("image", "code_inline", "code_file", "code_bucket")


@rule(id="FL115", name="package-type-conflict", level=Level.ERROR, visits=Function)
def package_type_conflict(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function mixes the settings of a container image with those of a zip archive.

    What it does
    Checks that a function that is a container image sets no handler, runtime or layers, that one that is a zip archive sets
    handler and runtime and names no image, and that its code comes from one place. Terraform does not send the handler and
    runtime of an image, so there only its layers count.

    Why it matters
    Lambda refuses the function, so the deployment fails and rolls back.

    How to fix
    For an image leave handler, runtime and layers to the image; for an archive set handler and runtime; name one source of
    the code.

    What it can't know
    A package type or code that is known only at deployment. Lambda and SAM take a function without a package type for a zip
    archive, so `ImageUri` alone is not enough.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
    """
    yield from _settings(function)
    yield from _image_of_archive(function)
    for one, other in combinations(SOURCES, 2):
        yield from _two_sources(function, one, other)


def _settings(function: Function) -> Iterator[Answer]:
    for attribute in ("handler", "runtime", "layers"):
        values = (function.package_type, getattr(function, attribute), function.image)
        for guard, (package, setting, image) in jointly(*values, given=function.guard):
            kind = text_of(package)
            if kind is None:
                yield withheld(package, function)
                return
            name = function.spellings[attribute]
            if kind == "Image" and _is_set(setting):
                if attribute != "layers" and function.type.startswith("aws_"):
                    # The provider sends handler and runtime of zip archives only, so these do no harm.
                    continue
                yield claim(
                    function,
                    attribute,
                    f"Function '{function.name}' is a container image, so Lambda refuses its {name}; leave it to the image.",
                    value=setting,
                    related=[Location(function.at("package_type", package).span, "the package type")],
                    guard=guard,
                )
            elif kind == "Zip" and _is_named(image):
                # It is the package type that is wrong, then.
                continue
            elif kind == "Zip" and attribute != "layers" and isinstance(setting, Known) and setting.value is None:
                if isinstance(image, Unknown) and _may_be_image(function):
                    yield withheld(image, function)
                    continue
                yield claim(
                    function,
                    attribute,
                    f"Function '{function.name}' is a zip archive and has no {name}; set it.",
                    at=function.here(),
                    guard=guard,
                )
            elif kind == "Zip" and attribute != "layers" and isinstance(setting, Unknown) and not setting.trail:
                yield withheld(setting, function)


def _image_of_archive(function: Function) -> Iterator[Answer]:
    others = (function.code_inline, function.code_file, function.code_bucket)
    for guard, (package, image, *rest) in jointly(function.package_type, function.image, *others, given=function.guard):
        if text_of(package) == "Zip" and _is_named(image) and not any(_is_set(other) for other in rest):
            name = function.spellings["package_type"]
            yield claim(
                function,
                "package_type",
                f"Function '{function.name}' has a container image, and its package type is Zip; set {name} to Image.",
                value=package,
                at=None if package.trail else function.at("image", image),
                related=[Location(function.at("image", image).span, "the image")],
                guard=guard,
            )


def _two_sources(function: Function, one: str, other: str) -> Iterator[Answer]:
    values: tuple[Value, Value] = (getattr(function, one), getattr(function, other))
    for guard, leaves in jointly(*values, given=function.guard):
        if all(_is_set(leaf) and leaf.trail for leaf in leaves):
            first, second = (function.spellings[name] for name in (one, other))
            yield claim(
                function,
                other,
                f"The code of function '{function.name}' comes from both {first} and {second}; name one of them.",
                value=leaves[1],
                related=[Location(function.at(one, leaves[0]).span, "the other source")],
                guard=guard,
            )


def _may_be_image(function: Function) -> bool:
    return all(code.kind in (CodeKind.IMAGE, CodeKind.UNKNOWN) for _, code in function.code)


def _is_named(image: Leaf) -> bool:
    """Return whether an image is written: also one whose address is known only in parts."""
    return bool(image.trail) and _is_set(image)


def _is_set(leaf: Leaf) -> bool:
    if isinstance(leaf, Known) and isinstance(leaf.value, Items):
        return bool(leaf.value.items)
    return isinstance(leaf, Known) and leaf.value is not None and leaf.value != ""
