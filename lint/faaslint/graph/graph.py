"""The graph of one project: typed nodes, typed adjacency, and the questions that rules ask of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..model.edges import Edge, EdgeKind
from ..model.facts import Handler
from ..model.guard import ALWAYS, Guard
from ..model.nodes import (
    UNMEASURED,
    Alias,
    Code,
    EdgeAssociation,
    EventSourceMapping,
    External,
    Function,
    Node,
    Package,
    Permission,
    Role,
    Statement,
    Unread,
    Version,
)
from ..model.read import entry, spelled
from ..model.span import Span
from ..model.value import CLOSED, Known, Leaf, Open, Openness, Reference, Unknown, Value, branches

if TYPE_CHECKING:
    import networkx

N = TypeVar("N", bound=Node)


class Callee(NamedTuple):
    """What a value that names a function leads to.

    ``node`` is the function, version or alias, an External for a function of another project, or None where it can't be
    known (``unknown`` says why). ``qualifier`` is the text after the function's ARN or name, where it is written there.
    """

    guard: Guard
    node: Function | Version | Alias | External | None
    qualifier: Leaf | None = None
    unknown: Unknown | None = None


class Graph:
    """Nodes and edges of one project, with named queries.

    ``kind`` is the project's kind (``sam``, ``terraform`` …), ``root`` its path. ``openness`` says whether resources of any
    type may be missing (a remote module, a file that could not be read).
    """

    def __init__(self, root: str, kind: str, openness: Openness = CLOSED) -> None:
        self.root = root
        self.kind = kind
        self.openness = openness
        self.provider_version = ""
        """The version of the AWS provider that Terraform is locked to; empty where that is not known."""
        self.nodes: dict[str, Node] = {}
        self._by_class: dict[type[Node], list[Node]] = {}
        self._out: dict[tuple[str, EdgeKind], list[Edge]] = {}
        self._into: dict[tuple[str, EdgeKind], list[Edge]] = {}
        self._callees: dict[str, tuple[Callee, ...]] = {}
        self._callers: dict[str, list[tuple[Guard, Node, Callee]]] | None = None
        self._names: dict[type[Node], dict[str, Node]] = {}
        self._roles: dict[str, tuple[tuple[Guard, Role | Unknown], ...]] = {}
        self.permissions_openness: Openness = CLOSED
        self.earlier: Graph | None = None
        """The same project at the revision that the run compares with (``--base``), where there is one."""
        self.made_after: dict[str, tuple[str, ...]] = {}
        """By id, the addresses of resources and modules after which a node is made, beside what it depends on itself."""
        self.mentioned: set[str] = set()
        """The ids of what the project's outputs name, and of versions whose ARN or number something reads."""
        self.revision = ""
        """The git revision that this was read at, as the user names it; empty for what is on disk."""
        self.answers: dict[tuple[str, str], Any] = {}
        """What questions that are long to answer were answered, by question and node; nothing changes after linking."""
        self.measure: Callable[[Node, Code], Package] = lambda node, code: UNMEASURED
        """Measures the package that the code of a function or layer becomes, when a rule asks."""
        self.shown: Callable[[str], str] = str
        """How a path of the graph is shown to people (exports): as it is, or relative to where they stand."""

    # Building ------------------------------------------------------------------------------------------------------

    def add(self, node: N) -> N:
        """Put a node into the graph. An id that is taken gets a number, so that nothing is lost."""
        identifier, count = node.id, 2
        while node.id in self.nodes:
            node.id = f"{identifier}#{count}"
            count += 1
        self.nodes[node.id] = node
        self._by_class.setdefault(type(node), []).append(node)
        return node

    def replace(self, old: Node, new: N) -> N:
        """Put a typed node in the place of a plain one; the edges that the plain one had go over to it."""
        self._by_class[type(old)].remove(old)
        self.nodes[new.id] = new
        self._by_class.setdefault(type(new), []).append(new)
        for edges in (self._out, self._into):
            for kind in EdgeKind:
                for edge in edges.get((old.id, kind), ()):
                    if edge.source is old:
                        edge.source = new
                    if edge.target is old:
                        edge.target = new
        return new

    def connect(self, edge: Edge) -> None:
        """Put an edge between two nodes of the graph."""
        self._out.setdefault((edge.source.id, edge.kind), []).append(edge)
        self._into.setdefault((edge.target.id, edge.kind), []).append(edge)

    def remember_callees(self, node: Node, callees: Iterable[Callee]) -> None:
        """Record what a node that names a function leads to (linking does this once)."""
        self._callees[node.id] = tuple(callees)
        self._callers = None

    def remember_roles(self, node: Node, roles: Iterable[tuple[Guard, Role | Unknown]]) -> None:
        """Record which roles a function assumes (linking does this once)."""
        self._roles[node.id] = tuple(roles)

    def add_unread(self, span: Span, message: str) -> None:
        """Take note of something that could not be read."""
        self.add(Unread(id=f"unread:{span.path}:{span.line}", name=span.path, type="", span=span, message=message))

    # General questions ---------------------------------------------------------------------------------------------

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Return all nodes of a class, in the order of the files; of ``Node`` itself every node."""
        if kind is Node:
            return tuple(self.nodes.values())  # type: ignore[arg-type]  # N is Node here
        return tuple(self._by_class.get(kind, ()))  # type: ignore[arg-type]  # _by_class files each node under its own class

    def node(self, identifier: str) -> Node | None:
        """Return the node with this id, None where there is none."""
        return self.nodes.get(identifier)

    def by_name(self, kind: type[Node], attribute: str) -> Mapping[str, Node]:
        """Return the nodes of a class by the name that an attribute gives them (after linking began), as it is spelled."""
        found = self._names.get(kind)
        if found is None:
            found = self._names[kind] = {}
            for node in self.all(kind):
                for _, leaf in branches(getattr(node, attribute)):
                    name = spelled(leaf)
                    if name:
                        found.setdefault(name, node)
        return found

    def out(self, node: Node, kind: EdgeKind) -> tuple[Edge, ...]:
        """Return the edges of a kind that leave a node."""
        return tuple(self._out.get((node.id, kind), ()))

    def into(self, node: Node, kind: EdgeKind) -> tuple[Edge, ...]:
        """Return the edges of a kind that arrive at a node."""
        return tuple(self._into.get((node.id, kind), ()))

    def edges(self) -> Iterator[Edge]:
        """Yield every edge, grouped by source and kind."""
        for group in self._out.values():
            yield from group

    def named(self, value: Value) -> Iterator[tuple[Guard, Node | Unknown | None]]:
        """Yield the resource that each branch of a value refers to, None for a plain value, Unknown as it is."""
        for guard, leaf in branches(value):
            if isinstance(leaf, Unknown):
                yield guard, leaf
            elif isinstance(leaf.value, Reference):
                yield guard, self.nodes.get(leaf.value.address)
            else:
                yield guard, None

    def depends_on(self, node: Node) -> Iterator[Node]:
        """Yield the nodes that a node refers to directly or names in a dependency clause."""
        for edge in self.out(node, EdgeKind.DEPENDS_ON):
            yield edge.target

    # Functions, versions, aliases ----------------------------------------------------------------------------------

    def callees(
        self, node: Permission | EventSourceMapping | EdgeAssociation | Alias | Version | Node
    ) -> tuple[Callee, ...]:
        """Return what a node that names a function leads to, one entry a branch."""
        return self._callees.get(node.id, ())

    def function_behind(self, node: Node | None) -> tuple[tuple[Guard, Function], ...]:
        """Return the functions of this project that a callee stands for: itself, or what its version or alias is of."""
        if isinstance(node, Function):
            return ((ALWAYS, node),)
        if isinstance(node, (Version, Alias)):
            return tuple((callee.guard, callee.node) for callee in self.callees(node) if isinstance(callee.node, Function))
        return ()

    def functions_called_by(self, node: Node) -> tuple[tuple[Guard, Function, Callee], ...]:
        """Return each function of this project that a node's value leads to, through versions and aliases."""
        return tuple(
            (callee.guard & guard, function, callee)
            for callee in self.callees(node)
            for guard, function in self.function_behind(callee.node)
            if (callee.guard & guard).satisfiable()
        )

    def calling(self, function: Function, kind: type[N]) -> tuple[tuple[Guard, N, Callee], ...]:
        """Return the nodes of a class (permissions, mappings …) that name a function, also through versions and aliases."""
        if self._callers is None:
            # Every function asks several times: walking over all that call anything each time would be quadratic.
            self._callers = {}
            for identifier in self._callees:
                node = self.nodes[identifier]
                for guard, called, callee in self.functions_called_by(node):
                    self._callers.setdefault(called.id, []).append((guard, node, callee))
        return tuple(
            (guard, node, callee) for guard, node, callee in self._callers.get(function.id, ()) if isinstance(node, kind)
        )

    def roles_of(self, function: Function) -> tuple[tuple[Guard, Role | Unknown], ...]:
        """Return the execution role in each branch; Unknown where it can't be known which it is."""
        return self._roles.get(function.id, ())

    def statements_of(self, role: Role) -> tuple[tuple[Guard, Statement], ...]:
        """Return the statements that a role grants or denies, with the situation in which each is attached."""
        return tuple(
            (edge.guard & edge.target.guard, edge.target)
            for edge in self.out(role, EdgeKind.GRANTS)
            if isinstance(edge.target, Statement)
        )

    def handlers_of(self, function: Function) -> tuple[tuple[Guard, Handler], ...]:
        """Return the handler that each branch of a function's code and handler name leads to."""
        return tuple(
            (edge.guard, edge.target) for edge in self.out(function, EdgeKind.RUNS) if isinstance(edge.target, Handler)
        )

    def aliases_of(self, function: Function) -> tuple[Alias, ...]:
        """Return the aliases that belong to a function in some branch."""
        return tuple(dict.fromkeys(alias for _, alias, _ in self.calling(function, Alias)))

    def published(self, value: Value) -> Iterator[tuple[Guard, Leaf, Version | None]]:
        """Yield each branch of a value that names a version, with the version of this project that it refers to.

        None stands for a literal (``$LATEST``, a number), an unknown, or something that is no version.
        """
        for guard, leaf in branches(value):
            version: Version | None = None
            if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
                node = self.nodes.get(leaf.value.address)
                if isinstance(node, Function):
                    node = self.nodes.get(f"{node.id}:version")
                version = node if isinstance(node, Version) else None
            yield guard, leaf, version

    # Who calls, who polls ------------------------------------------------------------------------------------------

    def permissions_on(self, function: Function) -> tuple[tuple[Guard, Permission, Callee], ...]:
        """Return the permissions that let someone call a function, on whatever qualifier."""
        return self.calling(function, Permission)

    def permissions_unknown(self) -> Openness:
        """Return why there may be permissions that are not in the list, CLOSED where there can be none."""
        if self.openness is not CLOSED:
            return self.openness
        if self.permissions_openness is not CLOSED:
            return self.permissions_openness
        for permission in self.all(Permission):
            for callee in self.callees(permission):
                if callee.unknown is not None:
                    return Open(f"'{permission.name}' permits a function that can't be known", permission.span)
        return CLOSED

    def triggers_of(self, function: Function) -> tuple[tuple[Guard, Edge], ...]:
        """Return the push triggers that call a function, directly or through a version or alias."""
        found: list[tuple[Guard, Edge]] = [(edge.guard, edge) for edge in self.into(function, EdgeKind.TRIGGERS)]
        for kind in (Alias, Version):
            for guard, node, _ in self.calling(function, kind):
                found += [(edge.guard & guard, edge) for edge in self.into(node, EdgeKind.TRIGGERS)]
        return tuple(found)

    def mappings_of(self, function: Function) -> tuple[tuple[Guard, EventSourceMapping], ...]:
        """Return the event source mappings that feed a function."""
        return tuple((guard, mapping) for guard, mapping, _ in self.calling(function, EventSourceMapping))

    def polled_by(self, mapping: EventSourceMapping) -> tuple[tuple[Guard, Node], ...]:
        """Return what a mapping reads: a resource of the project, or an External known by its ARN."""
        return tuple((edge.guard, edge.target) for edge in self.out(mapping, EdgeKind.POLLS))

    def edge_associations_of(self, function: Function) -> tuple[tuple[Guard, EdgeAssociation, Callee], ...]:
        """Return the Lambda@Edge associations of a function."""
        return self.calling(function, EdgeAssociation)

    # Environment ---------------------------------------------------------------------------------------------------

    def environment_value(self, function: Function, variable: str) -> Value:
        """Return what the configuration sets an environment variable of a function to; ABSENT if it certainly doesn't."""
        return entry(function.environment, variable)

    # Other views ---------------------------------------------------------------------------------------------------

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return the graph for networkx's algorithms: nodes by id, edges keyed by kind. Imports networkx."""
        from .export import to_networkx

        return to_networkx(self)
