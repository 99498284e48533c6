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
    own_credentials: bool = False
    own_region: bool = False
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
    """The construction of an SDK client or resource: ``scope`` is ``module`` or the name of the function it is in."""

    service: str
    scope: str
    is_resource: bool = False
    reachable: Reachable = Reachable.YES
