"""FL116 file-system-without-vpc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import depends, statements_on
from faaslint.graph.resolve import resolved
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import AccessPoint, FileSystem, FileSystemMount, Function, MountTarget
from faaslint.model.read import elements, text_of
from faaslint.model.span import Location
from faaslint.model.value import CLOSED, Items, Known, Leaf, Pattern, Unknown, branches
from faaslint.privilege.grants import grants_of, lack_of, made_grants, roles_of

FOLDER: Final = "/mnt/"
MOUNT: Final = "elasticfilesystem:ClientMount"


@rule(id="FL116", name="file-system-without-vpc", level=Level.ERROR, visits=FileSystemMount)
def file_system_without_vpc(mount: FileSystemMount, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function can't mount its file system: no VPC, a wrong path, no mount target yet, or no permission.

    What it does
    Checks that a function with a file system is in a VPC, mounts it below `/mnt/`, and is made after the mount targets of
    the file system that the project declares. Also that its role or the file system's policy allows
    `elasticfilesystem:ClientMount`: an error where the file system has a policy. Where it has none, the mount works, as
    EFS then lets in every client that reaches it, which is a warning.

    Why it matters
    Lambda refuses the function without a VPC, with another path, or while no mount target is available. Without the
    permission the mount fails when the function starts, as soon as the file system has a policy. Until then whatever gets
    into its network reads and writes the files, without any credentials.

    How to fix
    Set the subnets and security groups of the file system's mount targets. Mount at `/mnt/...`. Name the mount targets in
    `DependsOn` (`depends_on`). Allow `elasticfilesystem:ClientMount`, and `ClientWrite` for a function that writes.

    What it can't know
    Mount targets, roles and policies that are not in the project. Of access points of other services (S3 Files) only the
    VPC and the path are judged.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem-efs.html
    - https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_FileSystemConfig.html
    """
    yield from _path(mount, graph)
    for guard, function in graph.named(mount.function):
        given = mount.guard & guard
        if isinstance(function, Function) and given.satisfiable():
            yield from _outside(mount, function, given)
            yield from _reached(mount, function, graph, given)


def _owner(mount: FileSystemMount, graph: Graph) -> str:
    return next((node.name for _, node in graph.named(mount.function) if isinstance(node, Function)), mount.name)


def _path(mount: FileSystemMount, graph: Graph) -> Iterator[Answer]:
    for guard, leaf in branches(mount.mount_path):
        text = text_of(leaf)
        if text is None:
            start = leaf.value.parts[0] if isinstance(leaf, Known) and isinstance(leaf.value, Pattern) else None
            if not (isinstance(start, str) and start.startswith(FOLDER)):
                yield withheld(leaf, mount)
        elif not text.startswith(FOLDER) or len(text) == len(FOLDER):
            yield claim(
                mount,
                "mount_path",
                f"Function '{_owner(mount, graph)}' mounts its file system at '{text}', which Lambda refuses; "
                f"mount it below {FOLDER}.",
                value=leaf,
                guard=guard,
            )


def _outside(mount: FileSystemMount, function: Function, given: Guard) -> Iterator[Answer]:
    for guard, leaf in branches(function.subnets):
        both = given & guard
        if not both.satisfiable():
            continue
        attached = _attached(leaf)
        if attached is False and _depends_on_more(function, given, both):
            yield Withheld("whether there are subnets where there is a file system can't be known", mount.span)
            continue
        if attached is None:
            yield withheld(leaf, function)
        elif not attached:
            yield claim(
                function,
                "subnets",
                f"Function '{function.name}' mounts a file system and is in no VPC, which Lambda refuses; "
                f"give it the subnets of the file system's mount targets.",
                at=mount.at("access_point"),
                guard=both,
            )


def _depends_on_more(function: Function, given: Guard, found: Guard) -> bool:
    """Return whether a mistake rests on how two conditions fall together: that of the mount and another one."""
    return (function.guard & ~given).satisfiable() and (given & ~found).satisfiable()


def _attached(subnets: Leaf) -> bool | None:
    """Whether there is a subnet at all; None where that can't be known."""
    if isinstance(subnets, Unknown):
        return None
    if subnets.value is None:
        return False
    if any(guard.always for guard, _ in elements(subnets)):
        return True
    closed = isinstance(subnets.value, Items) and not subnets.value.items and subnets.value.openness is CLOSED
    return False if closed else None


def _reached(mount: FileSystemMount, function: Function, graph: Graph, given: Guard) -> Iterator[Answer]:
    for guard, leaf in branches(mount.access_point):
        both = given & guard
        if not both.satisfiable():
            continue
        if isinstance(leaf, Unknown):
            yield withheld(leaf, mount)
            continue
        for inner, point in resolved(graph, leaf, AccessPoint):
            if isinstance(point, AccessPoint):
                for deeper, file_system in resolved(graph, point.file_system, FileSystem):
                    if isinstance(file_system, FileSystem):
                        situation = both & inner & deeper
                        yield from _in_order(mount, function, file_system, graph, situation)
                        yield from _permitted(mount, function, file_system, graph, situation)


def _in_order(
    mount: FileSystemMount, function: Function, file_system: FileSystem, graph: Graph, given: Guard
) -> Iterator[Answer]:
    targets = [edge.source for edge in graph.into(file_system, EdgeKind.MOUNTS) if isinstance(edge.source, MountTarget)]
    if not targets or any(depends(graph, function, target) for target in targets):
        return
    if function.unknown_count or any(target.unknown_count for target in targets):
        yield Withheld("how many mount targets there are can't be known", targets[0].span)
        return
    guard = given & function.guard
    for target in targets:
        guard = guard & target.guard
    if not guard.satisfiable():
        return
    yield claim(
        function,
        "file_systems",
        f"Function '{function.name}' mounts a file system and may be made before its mount targets, which Lambda refuses; "
        f"let it depend on them.",
        at=mount.at("access_point"),
        related=[Location(target.span, f"the mount target '{target.name}'") for target in targets],
        guard=guard,
    )


def _permitted(
    mount: FileSystemMount, function: Function, file_system: FileSystem, graph: Graph, given: Guard
) -> Iterator[Answer]:
    policy = statements_on(graph, file_system)
    own = made_grants((statement for _, _, statement in policy.statements), policy.openness, graph=graph, given={})
    for guard, role in roles_of(function, graph):
        both = given & guard
        if not both.satisfiable():
            continue
        if isinstance(role, Withheld):
            yield role
            continue
        lacks = [lack_of(grants, (MOUNT,), None, both) for grants in (grants_of(role, graph), own)]
        missing = lacks[0].guard & lacks[1].guard
        if not missing.satisfiable():
            unknown = next((lack.unknown for lack in lacks if lack.unknown is not None), None)
            if unknown is not None and all(lack.unknown is not None or lack.guard.satisfiable() for lack in lacks):
                yield unknown
            continue
        if _depends_on_more(function, given, missing):
            yield Withheld("which role it has where there is a file system can't be known", mount.span)
            continue
        words = (
            f"mounts a file system, and neither its role nor the file system's policy allows {MOUNT}; allow it"
            if policy.statements
            else "can mount its file system only because that has no policy and lets in whoever reaches it; "
            f"allow its role {MOUNT}, and give the file system a policy"
        )
        yield claim(
            function,
            "file_systems",
            f"Function '{function.name}' {words}.",
            at=mount.at("access_point"),
            related=[
                Location(role.span, f"the role '{role.name}'"),
                *(Location(one.span, "the file system's policy") for _, one, _ in policy.statements[:1]),
            ],
            level=Level.ERROR if policy.statements else Level.WARNING,
            guard=missing,
        )
