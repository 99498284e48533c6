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
    """Role, Policy or ResourcePolicy → Statement."""
    PERMITS = "PERMITS"
    """Permission → Function, Alias or Version."""
    TRIGGERS = "TRIGGERS"
    """A source that calls (push) → Function, Alias or Version."""
    DELIVERS_TO = "DELIVERS_TO"
    """A topic, rule, bucket, schedule, pipe … → what it sends to that is no function."""
    POLLS = "POLLS"
    """EventSourceMapping → what it reads (pull)."""
    ROUTES_TO = "ROUTES_TO"
    """Api → Route; Route → its Integration; Listener → the target group that it forwards to."""
    PUBLISHES = "PUBLISHES"
    """Function → Version."""
    POINTS_AT = "POINTS_AT"
    """Alias → Version or Function ($LATEST), with a weight; EventSourceMapping, FunctionUrl … → what they call."""
    FAILS_TO = "FAILS_TO"
    """Function, Queue, Subscription, EventTarget, EventSourceMapping … → where what failed goes."""
    SUCCEEDS_TO = "SUCCEEDS_TO"
    """InvokeConfig → where the outcome of what succeeded goes."""
    LOGS_TO = "LOGS_TO"
    """Function → LogGroup, by its logging configuration or by the group's name."""
    USES_LAYER = "USES_LAYER"
    """Function → Layer."""
    ENCRYPTED_BY = "ENCRYPTED_BY"
    """Whatever has a KMS key of the project → Key, also through an alias of it."""
    MOUNTS = "MOUNTS"
    """Function → AccessPoint; AccessPoint and MountTarget → FileSystem."""
    ATTACHED_TO = "ATTACHED_TO"
    """Policy → Role, user, group …; ResourcePolicy → what it is on; Function, Database … → Subnet or SecurityGroup."""
    ASSOCIATED_AT = "ASSOCIATED_AT"
    """EdgeAssociation → what it calls; Distribution → EdgeAssociation."""
    RUNS = "RUNS"
    """Function → Handler."""
    CALLS = "CALLS"
    """Handler → SdkCall."""
    READS_ENV = "READS_ENV"
    """Handler → EnvironmentRead."""
    BOUND_TO = "BOUND_TO"
    """EnvironmentRead, Function → the resource that the environment variable ``name`` names."""
    DEPENDS_ON = "DEPENDS_ON"
    """Any resource → one that it refers to or names in a dependency clause."""


class Mode(StrEnum):
    """How a source calls a function."""

    SYNCHRONOUS = "synchronous"
    """It waits for the answer."""
    ASYNCHRONOUS = "asynchronous"
    """Lambda queues the event and retries."""
    POLLING = "polling"
    """Lambda reads the source itself (an event source mapping)."""


@record(frozen=False, eq=False, kw_only=True)
class Edge:
    """A relation between two nodes, when it holds, and where it is written.

    ``principal`` is the service that a push trigger calls as (``s3.amazonaws.com``); ``credentials`` the role it brings
    of its own (ABSENT if none); ``weight`` a fraction for POINTS_AT; ``name`` a word that tells edges of one kind apart
    (the Cognito trigger, the environment variable); ``qualifier`` what the source writes after a function's ARN or name.

    Of a TRIGGERS edge ``trigger`` is the kind of source (a key of the event sources' facts), ``mode`` how it calls,
    ``by_role`` says that it calls with a role (or its user's credentials), so that it needs no permission on the function,
    and ``via`` is the node that states the wiring, where that is not the source (a target, a subscription …).
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
    trigger: str = ""
    mode: Mode | None = None
    by_role: bool = False
    via: Node | None = None
