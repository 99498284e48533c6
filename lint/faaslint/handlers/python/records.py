"""What following one frame brings to light, before it becomes facts."""

from __future__ import annotations

from ...model.record import field, record
from ...model.span import Span
from ...model.value import Value
from .domain import Abstract, Account, Data


@record(frozen=False)
class CallRecord:
    """A call of an AWS API. ``certain`` is False where the client may be that of another service."""

    span: Span
    service: str
    operation: str
    high_level: str
    arguments: dict[str, Value]
    complete: bool
    account: Account
    certain: bool
    place: tuple[int, int] = (0, 0)
    """Where the whole call stands."""
    always: bool = False
    """Whether whoever runs the frame makes it: it is under no condition, and nothing before it may have left the frame."""
    given: frozenset[str] = frozenset()
    """The environment variables that have a content wherever the frame makes it: the source asks for each of them first."""


@record(frozen=False)
class ReadRecord:
    """A read of an environment variable; ``name`` is None where it is computed."""

    span: Span
    name: str | None
    subscript: bool
    has_default: bool
    protected: bool
    place: tuple[str, int]
    """The module's path and the offset, as FromEnvironment names it."""


@record(frozen=False)
class ClientRecord:
    """The construction of a client or resource."""

    span: Span
    service: str
    scope: str
    is_resource: bool
    account: Account
    always: bool = False
    """Whether whoever runs the frame makes it."""
    later: bool = False
    """Whether something before it may have left the frame."""
    invariant: bool = False
    timeouts: dict[str, Value] = field(default_factory=dict)


@record(frozen=False)
class Step:
    """A call from one frame to another. ``certain`` is False where something dynamic stands between.

    ``always`` says that whoever runs the one frame makes the call: it is under no condition and in no loop.
    """

    target: int
    span: Span
    certain: bool
    protected: bool
    always: bool = False
    later: bool = False
    """Whether something before it may have left the frame."""
    start: int = 0
    given: frozenset[str] = frozenset()
    """The environment variables that have a content wherever the one frame makes the call."""


@record(frozen=False)
class ReturnRecord:
    """What a frame returns at one place; ``implicit`` for the end of its body."""

    span: Span
    value: Abstract
    implicit: bool = False
    caught: bool = False


@record(frozen=False)
class DataRecord:
    """A use of data: the last step of the path is what is taken or done here."""

    span: Span
    data: Data
    required: bool
    has_default: bool
    protected: bool
    called: bool = False


@record(frozen=False)
class ValueRecord:
    """Something that is done with a value: JSON is made of it, it is run, it is the name of a file."""

    span: Span
    kind: str
    value: Abstract
    plain: bool = True
    protected: bool = False


@record(frozen=False)
class EffectRecord:
    """Something that a call outside the package does: ``kind`` says what, ``value`` to which file, address or data."""

    span: Span
    kind: str
    what: str
    value: Value
    protected: bool


@record(frozen=False)
class ImportRecord:
    """An import of something that is not in the package."""

    span: Span
    module: str
    protected: bool
    standard: bool


@record(frozen=False)
class WriteRecord:
    """A change of something that the module level made."""

    span: Span
    variable: str
    way: str
    keyed: bool


@record(frozen=False)
class NotableRecord:
    """A name of a library that some versions have, or a secret in the source."""

    span: Span
    kind: str
    feature: str
    protected: bool


@record(frozen=False)
class Records:
    """Everything that one frame does. Places are byte offsets in the frame's module."""

    calls: dict[tuple[int, str, str, str, Account], CallRecord] = field(default_factory=dict)
    reads: dict[tuple[int, str | None], ReadRecord] = field(default_factory=dict)
    clients: dict[tuple[int, str], ClientRecord] = field(default_factory=dict)
    steps: dict[tuple[int, int], Step] = field(default_factory=dict)
    needs: dict[int, tuple[str, Span]] = field(default_factory=dict)
    """Where needs may arise that are not followed, and why."""
    hidden_reads: dict[int, tuple[str, Span]] = field(default_factory=dict)
    """Where variables may be read that are not named."""
    hidden_sets: dict[int, tuple[str, Span]] = field(default_factory=dict)
    """Where variables may be set that are not named."""
    sets: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)
    """Variables whose presence is asked for."""
    none_uses: dict[tuple[str, int], Span] = field(default_factory=dict)
    """Where the None of a read (module path, offset) fails."""
    named_methods: dict[str, Span] = field(default_factory=dict)
    """Methods that are called on objects of unknown type."""
    made: dict[object, Span] = field(default_factory=dict)
    """Classes that are instantiated."""
    dynamic_classes: dict[object, Span] = field(default_factory=dict)
    """Classes whose methods are reached by computed names."""
    returns: dict[int, ReturnRecord] = field(default_factory=dict)
    yields: bool = False
    catches: bool = False
    """Whether a clause of its own catches everything."""
    catches_refusals: bool = False
    """Whether a clause of its own catches what the SDK raises."""
    data: dict[tuple[int, Data], DataRecord] = field(default_factory=dict)
    data_tests: set[Data] = field(default_factory=set)
    """Data whose presence, truth or value is asked for."""
    data_sets: set[Data] = field(default_factory=set)
    """Data that the source puts there itself."""
    hidden_data: dict[int, tuple[str, Span]] = field(default_factory=dict)
    """Where the event is used in ways that are not followed."""
    values: dict[tuple[int, str], ValueRecord] = field(default_factory=dict)
    effects: dict[tuple[int, str], EffectRecord] = field(default_factory=dict)
    imports: dict[tuple[int, str], ImportRecord] = field(default_factory=dict)
    writes: dict[int, WriteRecord] = field(default_factory=dict)
    notable: dict[tuple[int, str], NotableRecord] = field(default_factory=dict)
    dynamic_modules: dict[str, Span] = field(default_factory=dict)
    """Modules (paths) whose functions are reached by computed names."""
