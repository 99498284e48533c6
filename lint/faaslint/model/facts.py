"""Handler facts: what the source of a function does, in words that fit every language.

A fact's ``reachable`` says whether the handler gets there: from the handler or the module level (``YES``), from nowhere
(``NO``), or perhaps, behind something dynamic (``MAYBE``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from .nodes import Node
from .record import field, record
from .span import Span
from .value import CLOSED, Openness, Value


class Reachable(StrEnum):
    """Whether the handler reaches a place in its source."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Found(StrEnum):
    """What looking for a handler came to."""

    YES = "yes"
    NO_FILE = "no-file"
    """The package is known in full and has no such file."""
    NO_CALLABLE = "no-callable"
    """The file is there, read in full, and defines no such name."""
    UNKNOWN = "unknown"


@record(frozen=False, eq=False, kw_only=True)
class Handler(Node):
    """The callable that a function runs, found or not, and what it reaches.

    ``why`` explains a ``found`` that is not YES, in words for people; ``available`` lists what is there instead (files of
    the package, callables of the file). ``needs_openness`` is CLOSED when all reachable source was read and no SDK call
    was dynamic. ``environment_openness`` likewise for reads of environment variables, and is open when the source may set
    variables itself in ways that the analysis can't name.
    """

    language: str = ""
    callable: str = ""
    path: str = ""
    found: Found = Found.UNKNOWN
    why: str = ""
    available: tuple[str, ...] = ()
    needs_openness: Openness = CLOSED
    environment_openness: Openness = CLOSED
    environment_set_openness: Openness = CLOSED
    """Closed when every variable that the source sets itself is in ``environment_set``."""
    calls: tuple[SdkCall, ...] = ()
    reads: tuple[EnvironmentRead, ...] = ()
    clients: tuple[ClientConstruction, ...] = ()
    environment_set: frozenset[str] = frozenset()
    """Variables that the source sets itself (``os.environ["X"] = …``, ``setdefault``)."""
    signature: Signature | None = None
    """How the callable is declared; None where that can't be known (imported, decorated by something not followed)."""
    packaged: Openness = CLOSED
    """Closed when nothing but the source that was read, and what the runtime brings, is in the package."""
    returns: tuple[Return, ...] = ()
    """What the handler itself returns, one for each place and alternative."""
    returns_openness: Openness = CLOSED
    """Closed when what the handler returns is what Lambda gets, and every return is in the list."""
    events: tuple[EventRead, ...] = ()
    event_tests: frozenset[tuple[str, ...]] = frozenset()
    """Parts of the event whose presence, truth or value the source asks for somewhere."""
    events_openness: Openness = CLOSED
    """Closed when every part of the event that the source reads is in the list."""
    contexts: tuple[ContextRead, ...] = ()
    serialisations: tuple[Serialisation, ...] = ()
    sinks: tuple[Sink, ...] = ()
    network: tuple[NetworkCall, ...] = ()
    files: tuple[FileWrite, ...] = ()
    imports: tuple[Import, ...] = ()
    excepts: tuple[ExceptHandler, ...] = ()
    catches: bool = False
    """Whether a clause that catches everything is somewhere in the functions that the handler reaches."""
    catches_refusals: bool = False
    """Whether a clause that catches what the SDK raises (``ClientError``) is somewhere in these functions."""
    ignores_deletion: bool = False
    """Whether the handler asks what a custom resource's request is, and nothing that runs on a deletion gets the event."""
    writes: tuple[GlobalWrite, ...] = ()
    notable: tuple[Notable, ...] = ()


@record(frozen=False, eq=False, kw_only=True)
class SdkCall(Node):
    """A call of an AWS API: ``service`` is the SDK's name of the client (``dynamodb``), ``operation`` the API operation
    in the SDK's method form (``put_item``, ``get_paginator`` resolved to its operation, ``Table.put_item`` to
    ``put_item``).

    ``high_level`` names the SDK method where it is not an operation of its own (``upload_file``, ``batch_writer``).
    ``own_credentials`` says that the client has other credentials than the function's role (an assumed role, explicit
    keys), ``own_region`` that the region was set.
    """

    service: str
    operation: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    arguments_complete: bool = True
    high_level: str = ""
    reachable: Reachable = Reachable.YES
    always: bool = False
    """Whether each invocation, or each new process, certainly makes the call: under no condition, in no loop."""
    given: tuple[str, ...] = ()
    """The environment variables that the source asks for on every way to the call: it is not made where one is empty."""
    own_credentials: bool = False
    own_region: bool = False
    own_endpoint: bool = False
    """Whether the client may talk to another address than the service's own in its region (``endpoint_url``)."""
    region: str = ""
    """The region that the source names; empty where it names none, or computes it."""
    discarded: bool = False
    """Whether the source certainly does nothing with the answer."""
    route: tuple[Span, ...] = ()
    """From the handler inwards: the calls that lead here."""


@record(frozen=False, eq=False, kw_only=True)
class EnvironmentRead(Node):
    """A read of an environment variable. ``variable`` is Unknown where the name is computed.

    ``required`` says that a missing variable raises (``os.environ["X"]`` unguarded); ``has_default`` that the code brings
    a value of its own. ``none_used_at`` is where the None of an unguarded ``.get(X)`` is used in a way that fails.
    """

    variable: Value
    required: bool
    has_default: bool = False
    guarded: bool = False
    none_used_at: Span | None = None
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class ClientConstruction(Node):
    """The construction of an SDK client, resource or session, or of a database connection.

    ``scope`` is ``module`` or the name of the function it is in. ``each_call`` says that every invocation certainly makes
    it anew: it is in the handler, or in what the handler calls without a condition. ``invariant`` says that its arguments
    are the same each time, ``kept`` that the result is stored beyond the call. ``timeouts`` are the settings of the
    client's configuration that bound its time (``connect_timeout``, ``read_timeout`` in seconds, ``max_attempts``).
    """

    service: str
    scope: str
    is_resource: bool = False
    reachable: Reachable = Reachable.YES
    each_call: bool = False
    invariant: bool = False
    kept: bool = False
    own_credentials: bool = False
    timeouts: Mapping[str, Value] = field(default_factory=dict)


class ShapeKind(StrEnum):
    """What kind of thing a value is, as far as an answer of a function is concerned."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    MAPPING = "mapping"
    SET = "set"
    TIME = "time"
    """A date, a time or a duration."""
    IDENTIFIER = "identifier"
    """A UUID."""
    DECIMAL = "decimal"
    BYTES = "bytes"
    GENERATOR = "generator"
    COROUTINE = "coroutine"
    STREAM = "stream"
    """A body that the SDK streams."""
    SDK_OBJECT = "sdk-object"
    OBJECT = "object"
    """An object of a class of the package, which inherits nothing."""
    UNKNOWN = "unknown"


@record
class Shape:
    """What a value looks like. ``fields`` are the entries of a MAPPING, each with its alternatives.

    ``openness`` says whether there may be further fields or elements. ``origin`` says where data comes from that the
    source did not make: ``event.body``, ``dynamodb.get_item.Item`` (of a resource object: ``resource:dynamodb…``), ``error``
    for the exception that an ``except`` caught; or what made it (``datetime.datetime.now``).
    ``literal`` is the content where it is known.
    """

    kind: ShapeKind
    literal: str | int | float | bool | None = None
    fields: Mapping[str, tuple[Shape, ...]] = field(default_factory=dict)
    elements: tuple[Shape, ...] = ()
    openness: Openness = CLOSED
    origin: str = ""
    holes: tuple[str, ...] = ()
    """Where the unknown parts of a TEXT come from, as far as that is known."""


class CallableKind(StrEnum):
    """What a handler's name stands for."""

    FUNCTION = "function"
    CLASS = "class"
    OBJECT = "object"
    """An object that can't be called."""


@record(kw_only=True)
class Signature:
    """How a handler is declared, without the object that a method is bound to.

    ``required`` counts the positional parameters without a default, ``accepted`` all of them (None: any number).
    """

    kind: CallableKind
    span: Span
    is_async: bool = False
    is_generator: bool = False
    required: int = 0
    accepted: int | None = 0
    keywords: tuple[str, ...] = ()
    """Keyword-only parameters without a default."""


@record(frozen=False, eq=False, kw_only=True)
class Return(Node):
    """One thing that the handler may return. ``implicit`` is the end of the body without a ``return``."""

    shape: Shape
    implicit: bool = False
    alternatives: int = 1
    """How many things may be returned at this place."""
    caught: bool = False
    """Whether it is in an ``except`` clause."""


@record(frozen=False, eq=False, kw_only=True)
class EventRead(Node):
    """A use of a part of the event.

    ``path`` leads there from the event: a key, ``[0]`` for an index, ``[*]`` for each or any element, and with brackets a
    conversion (``json()``, ``base64()``, ``gunzip()``, ``unquote()``). ``required`` says that a missing part raises,
    ``has_default`` that the code brings a value of its own, ``protected`` that a ``try`` catches what goes wrong here;
    ``protected_by`` the ``except`` clause's place.
    """

    path: tuple[str, ...]
    required: bool
    has_default: bool = False
    protected: bool = False
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class ContextRead(Node):
    """A read of an attribute of the context: the path of attributes. ``protected`` says that a failure is caught."""

    path: tuple[str, ...]
    called: bool = False
    protected: bool = False
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class Serialisation(Node):
    """Turning a value into JSON text. ``plain`` says that nothing tells the encoder about further types."""

    shape: Shape
    plain: bool
    alternatives: int = 1
    reachable: Reachable = Reachable.YES


class SinkKind(StrEnum):
    """Where text becomes something that runs."""

    SHELL = "shell"
    CODE = "code"
    SQL = "sql"
    OBJECTS = "objects"
    """Deserialisation that makes any object (pickle)."""


@record(frozen=False, eq=False, kw_only=True)
class Sink(Node):
    """Data of the event that reaches a shell, an interpreter, SQL text or a deserialiser. ``data`` is its path."""

    sink: SinkKind
    data: str
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class NetworkCall(Node):
    """A call over the network other than of the AWS SDK: ``library`` is the module that makes it."""

    library: str
    url: Value
    reachable: Reachable = Reachable.YES
    protected: bool = False


@record(frozen=False, eq=False, kw_only=True)
class FileWrite(Node):
    """A file or folder that is written or made. ``file`` is its path as the source gives it."""

    file: Value
    reachable: Reachable = Reachable.YES
    protected: bool = False


@record(frozen=False, eq=False, kw_only=True)
class Import(Node):
    """An import of something that is not in the package. ``module`` is its dotted name.

    ``protected`` says that the source is prepared for its absence.
    """

    module: str
    protected: bool = False
    provided: bool = False
    """Whether the runtime brings it: it belongs to the language, or to the SDK."""
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class ExceptHandler(Node):
    """An ``except`` clause in the handler itself that catches everything and goes on as if nothing had happened.

    ``effects`` says that what it guards calls AWS or another machine.
    """

    effects: bool
    whole: bool
    """Whether the ``try`` is all that the handler or its loop does."""
    reachable: Reachable = Reachable.YES


@record(frozen=False, eq=False, kw_only=True)
class GlobalWrite(Node):
    """A change, made on each call, of a value that the module level made. ``way`` is how (``append``, ``item``, ``rebind``).

    ``keyed`` says that the change is an entry under a key that is computed from the input: a cache.
    """

    variable: str
    way: str
    keyed: bool = False
    reachable: Reachable = Reachable.YES


class NotableKind(StrEnum):
    """What a notable thing in the source is."""

    SYNTAX = "syntax"
    """A form of the language."""
    NAME = "name"
    """A name of the standard library."""
    SECRET = "secret"
    """A credential that is written out."""


@record(frozen=False, eq=False, kw_only=True)
class Notable(Node):
    """Something that versions of the language differ about, or that does not belong into source: ``feature`` names it.

    ``since`` is the first version that has it, ``until`` the first that no longer has it, ``deprecated`` the first that
    advises against it.
    """

    about: NotableKind
    feature: str
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    deprecated: tuple[int, int] | None = None
    reachable: Reachable = Reachable.YES
