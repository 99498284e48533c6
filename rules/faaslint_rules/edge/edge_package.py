"""FL711 edge-package."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import text_of
from faaslint.model.span import Place

from .associated import functions_of, settings_of, where_associated

MEGABYTE = 1024 * 1024


@rule(id="FL711", name="edge-package", level=Level.ERROR, visits=EdgeAssociation)
def edge_package(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function is a container image, or its package is too large.

    What it does
    Checks that no function that a distribution associates has the package type `Image`, or an archive on disk of more than
    50 MB.

    Why it matters
    CloudFront copies the package of a function to its locations, and takes zip archives only. It refuses the association, so
    the deployment fails.

    How to fix
    Package the function as a zip archive, without what it does not need.

    What it can't know
    Functions of other projects, a package type that comes from a parameter without a default, and how large an archive will
    be that is not on disk.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    """
    yield from _size(association, graph)
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


def _size(association: EdgeAssociation, graph: Graph) -> Iterator[Answer]:
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            continue
        most = max(one.package_mb for name in edge.event_types() if (one := edge.limits_of(name)) is not None)
        for guard, code in found.function.code:
            both = found.guard & guard
            if code.size is not None and code.size > most * MEGABYTE and both.satisfiable():
                place = Place(code.span, "") if code.span is not None else found.function.here()
                yield claim(
                    found.function,
                    "package_type",
                    f"Function '{found.function.name}' runs at the edge with a package of {code.size / MEGABYTE:.1f} "
                    f"MB, but CloudFront takes {most} MB; make it smaller.",
                    at=place,
                    related=(where_associated(association),),
                    guard=both,
                )
