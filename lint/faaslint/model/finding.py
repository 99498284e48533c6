"""What a check says."""

from __future__ import annotations

from enum import IntEnum

from .guard import ALWAYS, Guard
from .nodes import Node
from .record import field, record
from .span import Location, Place, Span


class Level(IntEnum):
    """How bad a finding is; ordered, so that the highest can be taken."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Return the level as reports write it: ``error``, ``warning`` or ``note``."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Level:
        """Return the level with this name. Raises KeyError where there is none."""
        return cls[word.upper()]


@record
class Edit:
    """A change of text that mends a finding. ``safe`` edits keep the meaning of everything else."""

    span: Span
    text: str
    safe: bool


@record
class Rewrite:
    """A change of handler source that needs its syntax tree: the name of a codemod, and where its subject begins."""

    codemod: str
    span: Span
    safe: bool


@record(kw_only=True)
class Claim:
    """What a rule says of one node: the finding before the run adds who said it.

    ``place`` is the first location, small enough to sit inside a diff hunk. ``related`` are the other places that the
    claim rests on; ``route`` is the way through the graph, in order (trigger, function, role, statement, call).
    ``level`` overrides the rule's own. ``guard`` is the situation in which the claim holds.
    ``rests_on_default`` says that it holds for the default of a parameter.
    """

    subject: Node
    place: Place
    message: str
    related: tuple[Location, ...] = ()
    route: tuple[Location, ...] = ()
    level: Level | None = None
    guard: Guard = ALWAYS
    rests_on_default: bool = False
    edits: tuple[Edit, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()


@record
class Withheld:
    """A rule's answer when it can't know: why, and where the reason stands."""

    why: str
    where: Span | None = None


class Inapplicable:
    """A rule's answer when its question does not arise for a node (an edge rule on a function with no edge association)."""


INAPPLICABLE = Inapplicable()


@record(kw_only=True)
class Finding:
    """One mistake, as reports show it. Paths are POSIX and relative to the working directory."""

    rule: str
    name: str
    level: Level
    message: str
    span: Span
    project: str
    resource: str
    resources: tuple[str, ...]
    property: str = ""
    condition: str = ""
    fingerprint: str = ""
    line_hash: str = ""
    """GitHub's ``primaryLocationLineHash`` of the first location."""
    related: tuple[Location, ...] = ()
    route: tuple[Location, ...] = ()
    edits: tuple[Edit, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    suppressed: str | None = None
    """The reason given where the finding is suppressed (may be empty), None where it is not."""
    snippet: tuple[str, ...] = field(default=(), compare=False)
    """The source lines of the span, without line ends."""


@record
class Notification:
    """Something about the run itself: a file that could not be read, a rule that failed."""

    level: Level
    message: str
    path: str = ""
    line: int = 0
    internal: bool = False
    """Whether the fault is ours (exit status 4) and not the input's (3)."""


@record
class Project:
    """A root that was analysed: a template, or a Terraform root module."""

    root: str
    kind: str
    functions: int
    resources: int


@record(frozen=False)
class Tally:
    """How often a rule gave which answer."""

    good: int = 0
    finding: int = 0
    withheld: int = 0


@record(kw_only=True)
class RuleInfo:
    """A rule as reports list it. ``help`` is markdown, made from the rule's docstring."""

    id: str
    name: str
    level: Level
    profile: str
    summary: str
    description: str
    help: str
    formats: tuple[str, ...] = ()
    security_severity: float | None = None
    cwe: tuple[int, ...] = ()
    pack: str = "faaslint"
    fixable: bool = False


@record(frozen=False, kw_only=True)
class RunInfo:
    """What a run looked at and what came of it, for the reports."""

    version: str
    rules: tuple[RuleInfo, ...]
    projects: tuple[Project, ...] = ()
    notifications: tuple[Notification, ...] = ()
    tallies: dict[str, Tally] = field(default_factory=dict)
    withheld: tuple[tuple[str, str, Withheld], ...] = ()
    """(rule id, resource, answer), filled when asked for."""
    files: int = 0
    passed_over: int = 0
