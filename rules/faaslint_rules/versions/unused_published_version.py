"""FL216 unused-published-version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.trust import may_assume
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import (
    EdgeAssociation,
    EventSourceMapping,
    Function,
    FunctionUrl,
    InvokeConfig,
    Node,
    Permission,
    ProvisionedConcurrency,
    Version,
)
from faaslint.model.span import Place
from faaslint.model.value import ABSENT, CLOSED, Known, Unknown, is_absent

from .named import additional_versions, own_version

_EDGE: Final = "edgelambda.amazonaws.com"
_CALLERS: Final[tuple[type[Node], ...]] = (
    Permission,
    EventSourceMapping,
    EdgeAssociation,
    FunctionUrl,
    InvokeConfig,
    ProvisionedConcurrency,
)
"""What can name a version of a function by its number."""


@rule(
    id="FL216",
    name="unused-published-version",
    level=Level.NOTE,
    visits=Version,
    profile="strict",
    formats=("sam", "cloudformation", "cdk", "terraform"),
)
def unused_published_version(version: Version, graph: Graph, context: Context) -> Iterator[Answer]:
    """Versions of a function are published, and nothing refers to them.

    What it does
    Looks for versions that no alias, permission, trigger or output of the project names.

    Why it matters
    Each version keeps its own copy of the code, which counts towards the storage for code of the region (75 GB), and nobody
    calls it.

    How to fix
    Point an alias at the version and call the alias, or stop publishing: leave out `publish = true` or the
    `AWS::Lambda::Version`.

    What it can't know
    Whether something outside the project calls the version by its number. Functions that need versions anyway (SnapStart,
    Lambda@Edge, managed instances) are not judged. A project with modules that are not at hand, and
    a function that an unknown version is named of, are not judged.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    if version.recorded_role is not ABSENT:
        yield INAPPLICABLE
        return
    functions = [function for _, function, _ in graph.functions_called_by(version)]
    if not is_absent(version.provisioned_concurrency) or any(_needs_versions(one, graph) for one in functions):
        yield INAPPLICABLE
        return
    if _is_named(version, graph):
        return
    if graph.openness is not CLOSED:
        yield Withheld(graph.openness.why, graph.openness.where or version.span)
        return
    for function in functions:
        unknown = _perhaps_named(function, graph)
        if unknown is not None:
            yield unknown
            return
        by_terraform = version.id == f"{function.id}:version"
        what = (
            f"Function '{function.name}' publishes a version" if by_terraform else f"Version '{version.name}' is published"
        )
        yield claim(
            version,
            "function",
            f"{what} and nothing refers to it; point an alias at it, or do not publish it.",
            at=version.at("function") if by_terraform else Place(version.span, ""),
        )


def _needs_versions(function: Function, graph: Graph) -> bool:
    """Return whether a function runs as a published version only: on instances, from a snapshot, or at the edge."""
    if not is_absent(function.capacity_provider) or not is_absent(function.snap_start):
        return True
    roles = (role for _, role in graph.roles_of(function))
    return any(not isinstance(role, Unknown) and may_assume(role, _EDGE)[1].satisfiable() for role in roles)


def _is_named(version: Version, graph: Graph) -> bool:
    if version.id in graph.mentioned:
        return True
    kinds = (kind for kind in EdgeKind if kind is not EdgeKind.PUBLISHES)
    return any(edge.source is not version for kind in kinds for edge in graph.into(version, kind))


def _perhaps_named(function: Function, graph: Graph) -> Withheld | None:
    """Return why a version of the function may be named by its number, None where none is."""
    for alias in graph.aliases_of(function):
        for named in (*own_version(alias, graph), *additional_versions(alias, graph)):
            if not named.is_latest and named.version is None:
                return named.withheld()
    for kind in _CALLERS:
        for node in graph.all(kind):
            for callee in graph.callees(node):
                qualifier = callee.qualifier
                by_number = isinstance(qualifier, Unknown) or (isinstance(qualifier, Known) and qualifier.value is not None)
                if callee.node is function and by_number:
                    return Withheld("a version is named by its number", node.span)
    return None
