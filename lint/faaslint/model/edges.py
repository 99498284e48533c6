"""The edges of the graph."""

from __future__ import annotations

from enum import StrEnum

from .guard import ALWAYS, Guard
from .nodes import Node
from .record import field, record
from .span import Place
from .value import ABSENT, Leaf, Value


class EdgeKind(StrEnum):
    """What one node has to do with another."""

    ASSUMES = "ASSUMES"
    """Function → Role."""
    GRANTS = "GRANTS"
    """Role or Policy → Statement."""
    PERMITS = "PERMITS"
    """Permission → Function, Alias or Version."""
    TRIGGERS = "TRIGGERS"
    """A source that calls (push) → Function, Alias or Version."""
    POLLS = "POLLS"
    """EventSourceMapping → what it reads (pull)."""
    ROUTES_TO = "ROUTES_TO"
    """Api → Route."""
    PUBLISHES = "PUBLISHES"
    """Function → Version."""
    POINTS_AT = "POINTS_AT"
    """Alias → Version or Function ($LATEST), with a weight; EventSourceMapping, FunctionUrl … → what they call."""
    FAILS_TO = "FAILS_TO"
    SUCCEEDS_TO = "SUCCEEDS_TO"
    LOGS_TO = "LOGS_TO"
    USES_LAYER = "USES_LAYER"
    ENCRYPTED_BY = "ENCRYPTED_BY"
    MOUNTS = "MOUNTS"
    ATTACHED_TO = "ATTACHED_TO"
    """Policy → Role; Function → Subnet or SecurityGroup."""
    ASSOCIATED_AT = "ASSOCIATED_AT"
    """EdgeAssociation → what it calls; Distribution → EdgeAssociation."""
    RUNS = "RUNS"
    """Function → Handler."""
    CALLS = "CALLS"
    """Handler → SdkCall."""
    READS_ENV = "READS_ENV"
    """Handler → EnvironmentRead."""
    BOUND_TO = "BOUND_TO"
    """EnvironmentRead → the resource that the variable names."""
    DEPENDS_ON = "DEPENDS_ON"


@record(frozen=False, eq=False, kw_only=True)
class Edge:
    """A relation between two nodes, when it holds, and where it is written.

    ``principal`` is the service that a push trigger calls as (``s3.amazonaws.com``); ``credentials`` the role it brings
    of its own (ABSENT if none); ``weight`` a fraction for POINTS_AT; ``name`` a word that tells edges of one kind apart
    (the Cognito trigger, the environment variable); ``qualifier`` what the source writes after a function's ARN or name.
    """

    kind: EdgeKind
    source: Node
    target: Node
    guard: Guard = ALWAYS
    place: Place | None = None
    principal: str = ""
    credentials: Value = field(default=ABSENT)
    weight: Value = field(default=ABSENT)
    name: str = ""
    qualifier: Leaf | None = None
