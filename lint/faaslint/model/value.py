"""Values that may be unknown: what the analysis knows about an attribute, and how it came to know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from .guard import ALWAYS, Guard, TooManyCombinations
from .record import field, record, replace
from .span import Span

BRANCH_LIMIT: Final = 64
"""Past this many alternatives a value becomes unknown: nobody reads the sixty-fifth case."""

COMBINATION_LIMIT: Final = 4096
"""How many combinations of several values :func:`jointly` visits before it gives one unknown answer."""

Trail: TypeAlias = tuple[Span, ...]
"""The spans that a value came through: first the property that uses it, last the innermost place a person would edit."""


class Provenance(StrEnum):
    """How sure a known value is to be the one that is deployed."""

    LITERAL = "literal"
    GIVEN = "given"
    """Set by ``--param`` or a parameter file."""
    DEFAULT = "default"
    """The default of a parameter or variable: another deployment may set something else."""
    SERVICE = "service"
    """Not written anywhere: what AWS or the provider uses when the property is absent."""


@record
class Open:
    """A list that may hold more than is known: nothing may be called absent from it."""

    why: str
    where: Span | None = None


CLOSED: Final = None
"""A list that is known in full. ``Openness`` is ``Open | None``."""

Openness: TypeAlias = Open | None


@record
class Reference:
    """An attribute of another resource, by that resource's address (logical id or Terraform address).

    ``attribute`` is spelled as the source language spells it: ``Ref`` and ``Arn`` in CloudFormation, ``arn``, ``id`` or
    ``url`` in Terraform.
    """

    address: str
    attribute: str


@record
class Environment:
    """The content of an environment variable, as handler source sees it. ``name`` is the variable's name."""

    name: str


@record
class Pattern:
    """A text with holes: at least two parts, of which one is not text. Adjacent texts are joined."""

    parts: tuple[str | Reference | Environment | Unknown, ...]

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else "${" + describe_part(part) + "}" for part in self.parts)


@record
class Item:
    """One element of a list, and when it is there."""

    value: Value
    guard: Guard = ALWAYS


@record
class Items:
    """A list. Guarded items stay side by side; they are never multiplied out."""

    items: tuple[Item, ...]
    openness: Openness = CLOSED


@record
class Fields:
    """A mapping. An entry that is there in some branches only is a :class:`Choice` with a branch of ``ABSENT``."""

    values: Mapping[str, Value]
    keys: Mapping[str, Span] = field(default_factory=dict, compare=False)
    openness: Openness = CLOSED
    computed: tuple[tuple[Value, Value], ...] = ()
    """Entries whose key is no text, such as a reference: (key, value). Where there are any, they are why this is open."""

    def get(self, name: str) -> Value:
        """Return the entry, ``ABSENT`` where the mapping is complete without it, else an Unknown."""
        found = self.values.get(name)
        if found is not None:
            return found
        if self.openness is not None:
            return Unknown(self.openness.why, trail=(self.openness.where,) if self.openness.where else ())
        return ABSENT


class Sensitive(str):
    """A text that the project calls sensitive: it compares as what it is, and is written as ``(sensitive)``."""

    __slots__ = ()

    SHOWN: Final = "(sensitive)"

    def __str__(self) -> str:
        return self.SHOWN

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return format(self.SHOWN, form)


Payload: TypeAlias = str | int | float | bool | Reference | Environment | Pattern | Items | Fields | None
"""What a known value can be. ``None`` is "not set" (an absent property, AWS::NoValue, a Terraform null)."""


@record
class Known:
    """A value that the analysis knows, at least in shape."""

    value: Payload
    trail: Trail = field(default=(), compare=False)
    provenance: Provenance = field(default=Provenance.LITERAL, compare=False)

    def __post_init__(self) -> None:
        assert not isinstance(self.value, (Known, Choice, Unknown)), "values do not nest"

    def __eq__(self, other: object) -> bool:
        # Python calls 1, 1.0 and True equal; templates do not.
        return isinstance(other, Known) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


@record
class Unknown:
    """A value that can't be known from the files. Two Unknowns with one ``symbol`` have the same, unknown, content."""

    why: str
    symbol: str | None = None
    trail: Trail = field(default=(), compare=False)


@record
class Branch:
    """One alternative of a choice."""

    guard: Guard
    value: Leaf


@record
class Choice:
    """Alternatives of which exactly one holds in each situation. Never nested."""

    branches: tuple[Branch, ...]
    trail: Trail = field(default=(), compare=False)


Leaf: TypeAlias = Known | Unknown
Value: TypeAlias = Known | Choice | Unknown

ABSENT: Final = Known(None)


def is_set(value: Value) -> bool:
    """Return whether the value is certainly, in every branch, something other than absent."""
    return all(not (isinstance(leaf, Known) and leaf.value is None) for _, leaf in branches(value))


def is_absent(value: Value) -> bool:
    """Return whether the value is certainly absent."""
    return isinstance(value, Known) and value.value is None


def branches(value: Value) -> Iterator[tuple[Guard, Leaf]]:
    """Yield each alternative of a value with its guard; one with ``ALWAYS`` unless it is a Choice."""
    if isinstance(value, Choice):
        for branch in value.branches:
            yield branch.guard, branch.value
    else:
        yield ALWAYS, value


def choose(alternatives: Iterable[tuple[Guard, Value]], trail: Trail = ()) -> Value:
    """Build one value of guarded alternatives: flattened, without impossible branches, equal neighbours merged."""
    leaves: list[Branch] = []
    try:
        for guard, value in alternatives:
            for inner, leaf in branches(value):
                both = guard & inner
                if not both.satisfiable():
                    continue
                for index, earlier in enumerate(leaves):
                    if earlier.value == leaf:
                        leaves[index] = Branch(earlier.guard | both, earlier.value)
                        break
                else:
                    leaves.append(Branch(both, leaf))
                if len(leaves) > BRANCH_LIMIT:
                    return Unknown("too many combinations", trail=trail)
    except TooManyCombinations:
        return Unknown("too many combinations", trail=trail)
    if len(leaves) == 1:
        return leaves[0].value
    if not leaves:
        return Unknown("no branch is possible", trail=trail)
    return Choice(tuple(leaves), trail)


def jointly(*values: Value, given: Guard = ALWAYS) -> Iterator[tuple[Guard, tuple[Leaf, ...]]]:
    """Yield every combination of branches that can hold at once, under ``given``, with the guard of the combination."""
    yielded = 0
    stack: list[tuple[Guard, tuple[Leaf, ...]]] = [(given, ())]
    while stack:
        guard, chosen = stack.pop()
        if len(chosen) == len(values):
            yielded += 1
            if yielded > COMBINATION_LIMIT:
                yield given, tuple(Unknown("too many combinations") for _ in values)
                return
            yield guard, chosen
            continue
        try:
            following = [
                (both, (*chosen, leaf))
                for inner, leaf in branches(values[len(chosen)])
                if (both := guard & inner).satisfiable()
            ]
        except TooManyCombinations:
            yield given, tuple(Unknown("too many combinations") for _ in values)
            return
        stack.extend(reversed(following))


def through(value: Value, span: Span) -> Value:
    """Return the value with ``span`` put before its trail: it was used there."""
    return replace(value, trail=(span, *value.trail))


def innermost(value: Value) -> Span | None:
    """Return the innermost span of the trail: the place that a person would edit."""
    for span in reversed(value.trail):
        if span.in_project:
            return span
    return None


def join_text(parts: Iterable[Leaf]) -> Leaf:
    """Concatenate leaves into one text: a str where all parts are, a Pattern where one is a reference or unknown.

    A part that is a list, a mapping or absent makes the whole unknown.
    """
    joined: list[str | Reference | Environment | Unknown] = []
    trail: Trail = ()
    provenance = Provenance.LITERAL

    def put(piece: str | Reference | Environment | Unknown) -> None:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)

    for part in parts:
        trail = trail or part.trail
        if isinstance(part, Unknown):
            put(part)
            continue
        if part.provenance in (Provenance.DEFAULT, Provenance.GIVEN) and provenance is not Provenance.DEFAULT:
            provenance = part.provenance
        content = part.value
        if isinstance(content, bool):
            put("true" if content else "false")
        elif isinstance(content, str):
            put(content)
        elif isinstance(content, (int, float)):
            put(number_text(content) if isinstance(content, float) else str(content))
        elif isinstance(content, (Reference, Environment)):
            put(content)
        elif isinstance(content, Pattern):
            for piece in content.parts:
                put(piece)
        else:
            return Unknown("a list or mapping stands where text is expected", trail=part.trail)
    if not joined:
        return Known("", trail, provenance)
    if len(joined) == 1:
        only = joined[0]
        if isinstance(only, Unknown):
            return replace(only, trail=trail or only.trail)
        return Known(only, trail, provenance)
    return Known(Pattern(tuple(joined)), trail, provenance)


def number_text(number: float) -> str:
    """Return a number as a template writes it: without a fraction where it has none."""
    return str(int(number)) if number == int(number) else repr(number)


def describe_part(part: Reference | Environment | Unknown) -> str:
    """Return how a hole of a pattern is shown to people."""
    if isinstance(part, Reference):
        return f"{part.address}.{part.attribute}"
    if isinstance(part, Environment):
        return part.name
    return part.symbol or "…"
