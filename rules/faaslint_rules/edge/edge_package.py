"""FL711 edge-package."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import text_of

from .associated import settings_of, where_associated


@rule(id="FL711", name="edge-package", level=Level.ERROR, visits=EdgeAssociation)
def edge_package(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function is a container image.

    What it does
    Checks that no function that a distribution associates has the package type `Image`.

    Why it matters
    CloudFront copies the package of a function to its locations, and takes zip archives only. It refuses the association, so
    the deployment fails.

    How to fix
    Package the function as a zip archive.

    What it can't know
    Functions of other projects, a package type that comes from a parameter without a default, and how large an archive that
    is not on disk will be: at most 50 MB are allowed.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    """
    for found in settings_of(association, graph, "package_type"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, package_type = found
        text = text_of(package_type)
        if text is None:
            yield withheld(package_type, function)
        elif text == "Image":
            yield claim(
                function,
                "package_type",
                f"Function '{function.name}' runs at the edge but is a container image, which CloudFront refuses; "
                "package it as a zip archive.",
                value=package_type,
                related=(where_associated(association),),
                guard=guard,
            )
