"""FL121 snap-start-conflict."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits, runtimes
from faaslint.graph import Graph
from faaslint.graph.queries import provisioned_of
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import ALWAYS, NEVER, Guard
from faaslint.model.nodes import Function, ProvisionedConcurrency, Version
from faaslint.model.read import boolean_of, elements, integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Items, Known, Leaf, Unknown, Value, branches, is_absent, jointly

PUBLISHED: Final = "PublishedVersions"


@rule(id="FL121", name="snap-start-conflict", level=Level.ERROR, visits=Function)
def snap_start_conflict(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function uses SnapStart together with something that excludes it, or without publishing a version.

    What it does
    For a function with SnapStart it checks that the runtime supports it, and that there is no provisioned concurrency, no
    file system, no container image and no more than 512 MB of ephemeral storage. A function that publishes no version in
    the project gets a warning.

    Why it matters
    Lambda refuses the combination, so the deployment fails. Without a published version there is no snapshot, and SnapStart
    has no effect.

    How to fix
    Take out what excludes SnapStart, or SnapStart itself; publish versions (`AutoPublishAlias`, `publish = true`).

    What it can't know
    Whether two settings that hang on conditions of their own are ever chosen together: nothing is said about those.
    Settings that come from parameters without defaults, and versions that are published by other means.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
    """
    asked = False
    others = (function.runtime, function.ephemeral_storage, function.file_systems, function.package_type)
    for guard, (mode, *leaves) in jointly(function.snap_start, *others, given=function.guard):
        if isinstance(mode, Unknown):
            asked = True
            yield withheld(mode, function)
        elif text_of(mode) == PUBLISHED:
            asked = True
            yield from _conflicts(function, graph, guard, mode, leaves)
    if not asked:
        yield INAPPLICABLE


def _conflicts(function: Function, graph: Graph, guard: Guard, mode: Leaf, others: list[Leaf]) -> Iterator[Answer]:
    runtime, storage, files, package = others
    here = Location(function.at("snap_start", mode).span, "SnapStart")
    used, size = text_of(runtime), integer_of(storage)
    fact = runtimes.runtime(used) if used is not None else None
    found: list[tuple[str, Leaf, str]] = []
    if text_of(package) == "Image":
        found.append(("package_type", package, "is a container image"))
    elif fact is not None and not fact.snapstart:
        found.append(("runtime", runtime, f"runs on {used}"))
    if size is not None and size > limits.snap_start_storage_mb():
        found.append(("ephemeral_storage", storage, f"has {size} MB of ephemeral storage"))
    if isinstance(files, Known) and files.value is not None and (guard & _holding(files)).satisfiable():
        found.append(("file_systems", files, "mounts a file system"))
    for attribute, leaf, what in found:
        if _apart(function, mode, _when(getattr(function, attribute), leaf) & _holding(leaf)):
            yield Withheld("nothing says that the conditions of the two settings hold together", function.at(attribute).span)
            continue
        yield claim(
            function,
            attribute,
            f"Function '{function.name}' {what}, which SnapStart excludes, so Lambda refuses it; take one of the two out.",
            value=leaf,
            related=[here],
            guard=guard,
        )
    for one in provisioned_of(graph, function):
        if not is_absent(one.amount) and (one.guard & guard).satisfiable():
            if _apart(function, mode, one.guard):
                yield Withheld("nothing says that the conditions of the two settings hold together", one.stated_by.span)
                continue
            yield claim(
                function,
                "snap_start",
                f"Function '{function.name}' has SnapStart and provisioned concurrency, which exclude each other; "
                f"take one of the two out.",
                at=one.stated_by.at(
                    "amount" if isinstance(one.stated_by, ProvisionedConcurrency) else "provisioned_concurrency"
                ),
                related=[here],
                guard=guard & one.guard,
            )
    if not found:
        yield from _effect(function, graph, guard, mode)


def _when(value: Value, wanted: Leaf) -> Guard:
    """Return in which situations a setting has a value."""
    return reduce(or_, (guard for guard, leaf in branches(value) if leaf == wanted), NEVER)


def _holding(leaf: Leaf) -> Guard:
    """Return in which situations a value is not an empty list."""
    if isinstance(leaf, Known) and isinstance(leaf.value, Items):
        return reduce(or_, (guard for guard, _ in elements(leaf)), NEVER)
    return ALWAYS


def _apart(function: Function, mode: Leaf, other: Guard) -> bool:
    """Whether SnapStart and another setting hang on conditions of their own: whoever chooses one need not choose both."""
    first, second = _when(function.snap_start, mode) & function.guard, other & function.guard
    return (first & ~second).satisfiable() and (second & ~first).satisfiable()


def _effect(function: Function, graph: Graph, guard: Guard, mode: Leaf) -> Iterator[Answer]:
    """A function that publishes nothing has no snapshot to start from."""
    if isinstance(function.publish, Unknown):
        yield withheld(function.publish, function)
        return
    published = any(
        owner is function for version in graph.all(Version) for _, owner, _ in graph.functions_called_by(version)
    )
    if published or graph.aliases_of(function) or _is_true(function.publish):
        return
    yield claim(
        function,
        "snap_start",
        f"Function '{function.name}' has SnapStart and publishes no version here, so it has no effect; publish one.",
        value=mode,
        level=Level.WARNING,
        guard=guard,
    )


def _is_true(value: Value) -> bool:
    """Return whether a value is true in some branch."""
    return any(isinstance(leaf, Known) and boolean_of(leaf) is True for _, leaf in branches(value))
