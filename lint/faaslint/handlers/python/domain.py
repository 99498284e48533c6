"""What the analysis knows of a Python value: a small set of possibilities.

An :data:`Abstract` is a frozen set of atoms. The empty set means "not known yet" (the function that makes it has not been
followed so far), :data:`OTHER` anything that is of no interest. Atoms are hashable, so that a function is followed once for
each distinct set of arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from ...model.record import field, record
from ...model.value import Pattern
from ...source.python_statements import ClassDefinition, FunctionDefinition
from ...source.python_syntax import Lambda
from .package import PackageModule

ATOM_LIMIT: Final = 12
"""Most possibilities of one value; past it the texts among them are dropped."""

PATH_LIMIT: Final = 10
"""Most steps into data that are told apart; what lies deeper is one."""

TEXT_LIMIT: Final = 2_000
"""Longest text (characters) that is followed."""


@record
class Nothing:
    """None."""


@record
class Other:
    """A value of no interest, or one that can't be known."""


@record
class Text:
    """A constant, or a text with holes. ``kind`` keeps 1, 1.0 and True apart."""

    value: str | int | float | bool | Pattern
    kind: str


@record
class FromEnvironment:
    """The content of an environment variable. ``read`` is the place (module path, offset) of a read that may give None.

    ``alone`` says that no other content stands in for one that is not set, so that a test of its truth fails then.
    """

    name: str
    read: tuple[str, int] | None = None
    alone: bool = False


@record
class Data:
    """Data that the source does not make: the ``event``, the ``context``, an answer of the SDK, a caught ``error``.

    ``path`` leads there: keys, ``[0]``, ``[*]`` for any element, and conversions such as ``json()``.
    """

    origin: str
    path: tuple[str, ...] = ()

    def step(self, name: str) -> Data:
        """Return a part of the data."""
        if len(self.path) >= PATH_LIMIT:
            return Data(self.origin, (*self.path[: PATH_LIMIT - 1], "…"))
        return Data(self.origin, (*self.path, name))

    def shown(self) -> str:
        """Return the origin and the path as one text."""
        return self.origin + "".join(step if step.startswith("[") else f".{step}" for step in self.path)


@record
class Condition:
    """The outcome of a test on an environment variable: what it guards is there for some deployments only."""


@record
class External:
    """Something that is not in the package, by its dotted path (``os.environ``, ``boto3.client``); ``()`` marks a call."""

    path: str


@record
class ModuleValue:
    """A module of the package."""

    module: PackageModule


@record(frozen=False, eq=False)
class FunctionCode:
    """A function of the package. ``owner`` is the class that it is a method of, ``kind`` what its decorators make of it."""

    module: PackageModule
    definition: FunctionDefinition | Lambda
    owner: ClassCode | None
    kinds: frozenset[str] = frozenset()
    """Of ``static``, ``class``, ``property``, ``context`` (a context manager)."""


@record(frozen=False, eq=False)
class ClassCode:
    """A class of the package."""

    module: PackageModule
    definition: ClassDefinition
    fields: list[str] = field(default_factory=list)
    """The names that the class body declares or binds, in order: the fields of a dataclass."""


@record
class Function:
    """A function: its code, the frame that it closes over (0 for none), and what it is bound to."""

    code: FunctionCode
    scope: int = 0
    receiver: Atom | None = None


@record
class Class:
    """A class of the package."""

    code: ClassCode


@record
class Instance:
    """An object of a class of the package. ``site`` tells those apart that are made in different places."""

    code: ClassCode
    site: tuple[int, int]


@record
class Parent:
    """``super()`` in a method of ``code``."""

    code: ClassCode
    receiver: Atom


@record
class Holder:
    """A list, tuple, set or dictionary, by where it is made. Its content is kept in cells."""

    kind: str
    site: tuple[int, int]


@record
class Partial:
    """``functools.partial`` of a callable."""

    target: Atom
    positional: tuple[Abstract, ...]
    named: tuple[tuple[str, Abstract], ...]


@record
class Account:
    """Whose credentials and region an SDK object uses: those of the function, or others."""

    own_credentials: bool = False
    own_region: bool = False
    own_endpoint: bool = False
    region: str = ""


@record
class Session:
    """A boto3 or botocore session."""

    account: Account


@record
class Client:
    """An SDK client of a service."""

    service: str
    account: Account


@record
class ResourceObject:
    """A boto3 resource object: ``type`` is empty for the service itself, ``identifiers`` are in the type's order."""

    service: str
    type: str
    identifiers: tuple[Abstract, ...]
    account: Account


@record
class Collection:
    """A collection of resource objects (``bucket.objects``); ``listed`` once its call was counted."""

    parent: ResourceObject
    name: str
    listed: bool = False


@record
class Paginator:
    """``client.get_paginator(operation)``."""

    client: Client
    operation: str


@record
class Waiter:
    """``client.get_waiter(name)``."""

    client: Client
    name: str


@record
class BatchWriter:
    """``table.batch_writer()``: its writes were counted when it was made."""

    table: ResourceObject


@record
class Method:
    """An attribute of an SDK object, a text or a holder, which may be called."""

    receiver: Atom
    name: str


Atom: TypeAlias = (
    Nothing
    | Other
    | Text
    | FromEnvironment
    | Data
    | Condition
    | External
    | ModuleValue
    | Function
    | Class
    | Instance
    | Parent
    | Holder
    | Partial
    | Session
    | Client
    | ResourceObject
    | Collection
    | Paginator
    | Waiter
    | BatchWriter
    | Method
)
Abstract: TypeAlias = frozenset[Atom]

SDK: Final = (Session, Client, ResourceObject, Collection, Paginator, Waiter)
"""Atoms through which AWS is called."""

PENDING: Final[Abstract] = frozenset()
OTHER: Final[Abstract] = frozenset({Other()})
CONDITION: Final[Abstract] = frozenset({Condition()})
NOTHING: Final[Abstract] = frozenset({Nothing()})
EVENT: Final[Abstract] = frozenset({Data("event")})
ERROR: Final[Abstract] = frozenset({Data("error")})
CONTEXT: Final[Abstract] = frozenset({Data("context")})


def join(*parts: Abstract) -> Abstract:
    """Return what may be any of several values."""
    first = parts[0]
    for part in parts[1:]:
        if part is not first and part != first:
            first = first | part
    return bounded(first)


def bounded(value: Abstract) -> Abstract:
    """Return a value with no more possibilities than are followed: texts go first, SDK objects stay."""
    if len(value) <= ATOM_LIMIT:
        return value
    kept = frozenset(atom for atom in value if not isinstance(atom, (Text, FromEnvironment, Data)))
    return (kept if len(kept) <= 4 * ATOM_LIMIT else frozenset(ordered(kept)[: 4 * ATOM_LIMIT])) | OTHER


def ordered(value: Iterable[Atom]) -> list[Atom]:
    """Return atoms in an order that is the same in every run."""
    return sorted(value, key=_rank)


def each(value: Abstract) -> Iterable[Atom]:
    """Return the atoms of a value in an order that is the same in every run; most values have one."""
    return value if len(value) < 2 else ordered(value)


def _rank(atom: Atom) -> tuple[str, str]:
    if isinstance(atom, Function):
        code = atom.code
        return ("Function", f"{code.module.path}:{code.definition.start:09}:{atom.scope:06}:{_shown(atom.receiver)}")
    return (type(atom).__name__, _shown(atom))


def _shown(atom: Atom | None) -> str:
    if isinstance(atom, (Instance, Class, Parent)):
        site = atom.site if isinstance(atom, Instance) else ()
        return f"{atom.code.module.path}:{atom.code.definition.start:09}:{site}"
    if isinstance(atom, ModuleValue):
        return atom.module.path
    if isinstance(atom, Method):
        return f"{_shown(atom.receiver)}.{atom.name}"
    if isinstance(atom, ResourceObject):
        parts = (",".join(_shown(one) for one in ordered(part)) for part in atom.identifiers)
        return f"{atom.service}.{atom.type}({';'.join(parts)}){atom.account}"
    if isinstance(atom, (Collection, BatchWriter)):
        inner = atom.parent if isinstance(atom, Collection) else atom.table
        return f"{_shown(inner)}.{atom.name if isinstance(atom, Collection) else ''}"
    if isinstance(atom, Function):
        return f"{atom.code.module.path}:{atom.code.definition.start:09}"
    if isinstance(atom, External):
        return atom.path
    if isinstance(atom, Holder):
        return f"{atom.kind}{atom.site}"
    if isinstance(atom, Partial):
        return f"partial {_shown(atom.target)}"
    return repr(atom)


def text(value: str | int | float | bool | Pattern) -> Abstract:
    """Return a constant as an abstract value."""
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        return OTHER
    return frozenset({Text(value, type(value).__name__)})


def texts_of(value: Abstract) -> list[str] | None:
    """Return the texts that a value may be, sorted; None where it may be something else."""
    found: list[str] = []
    for atom in value:
        if not (isinstance(atom, Text) and isinstance(atom.value, str)):
            return None
        found.append(atom.value)
    return sorted(found) if found else None
