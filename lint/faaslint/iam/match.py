"""Matching of actions and resources, with answers that admit ignorance.

A pattern has wildcards (``*`` any run, ``?`` one character) and may have holes: references, or texts that the files do
not say. Two holes with one content (the same reference, the same symbol) are equal; any others may or may not be.
Matching is linear in practice and bounded in the worst case: past a budget the answer is MAYBE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from ..model.value import Environment, Known, Leaf, Pattern, Payload, Reference, Unknown


class Answer(StrEnum):
    """What can be said for certain."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


Canonical: TypeAlias = Callable[[Payload], Payload]
"""Brings a reference or an environment variable into one form for one thing (``Queue.Arn`` and its ARN, say)."""

Distinct: TypeAlias = Callable[[Reference, Reference, bool], bool]
"""Says whether two references surely are different names; with True, whether the second surely begins otherwise."""

PARTITIONS: Final = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")

LONGEST: Final = 8192
"""Longest text (characters) that is matched; an ARN has at most 2048. A longer one is MAYBE."""

BUDGET: Final = 200_000
"""Most character comparisons that one search with ``?`` may take."""

_Hole: TypeAlias = Reference | Environment | Unknown
_Token: TypeAlias = str | _Hole
"""One character of text, a wildcard, or a hole."""


class _Wildcard:
    """A wildcard as a token, so that it differs from the same character as text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


_STAR: Final = "\U0010fff0"
_ONE: Final = "\U0010fff1"
_FIRST_HOLE: Final = 0x100000
_LAST_HOLE: Final = 0x10FFE0
"""Wildcards and holes stand as private-use characters, so that matching works on plain strings."""


def same(content: Payload) -> Payload:
    """Return the content as it is: the canonical form of callers that have none."""
    return content


Given: TypeAlias = Mapping[str, str]
"""Texts that are known of holes, by their symbols: the region of the stack, where the files say it."""

NOTHING_GIVEN: Final[Given] = MappingProxyType({})


def never(left: Reference, right: Reference, begins: bool) -> bool:
    """Say of no two references that they differ: the answer of callers that can't know."""
    return False


def action_matches(pattern: Leaf, action: str) -> Answer:
    """Return whether an action pattern covers an action (``s3:GetObject``). Case does not matter."""
    if isinstance(pattern, Known) and isinstance(pattern.value, str):
        return _action_text_matches(pattern.value, action) if len(pattern.value) <= LONGEST else Answer.MAYBE
    coded = _Coder(same).encode(pattern, lower=True)
    if coded is None:
        return Answer.MAYBE if _may_be_text(pattern) else Answer.NO
    return _compare(coded, action.lower())


@lru_cache(maxsize=4096)
def _action_text_matches(pattern: str, action: str) -> Answer:
    lowered, wanted = pattern.lower(), action.lower()
    if "*" not in lowered and "?" not in lowered:
        return Answer.YES if lowered == wanted else Answer.NO
    return Answer.YES if text_matches(lowered, wanted) else Answer.NO


def text_matches(pattern: str, text: str) -> bool:
    """Return whether a text with wildcards covers a plain text, which must be at most ``LONGEST`` characters long."""
    if pattern == "*":
        return True
    answer = _covers(pattern.replace("*", _STAR).replace("?", _ONE), text)
    # Only a budget that is far above any action's length could leave this open.
    return answer is Answer.YES


def resource_matches(
    pattern: Leaf,
    wanted: Leaf | None,
    canonical: Canonical = same,
    distinct: Distinct = never,
    given: Given = NOTHING_GIVEN,
) -> Answer:
    """Return whether a statement's resource pattern covers a resource.

    ``wanted`` None is "some resource": YES for any pattern. ``wanted`` ``*`` is the resource of an action that knows no
    resources: only a pattern that covers everything covers it. Wildcards in another ``wanted`` stand for all that they
    match: YES if the pattern covers every one, NO if it covers none.
    """
    if wanted is None:
        return Answer.YES
    if isinstance(pattern, Known) and pattern.value == "*":
        return Answer.YES
    coder = _Coder(canonical, given)
    coded = coder.encode(pattern)
    asked = coder.encode(wanted)
    if coded is None:
        return Answer.MAYBE if _may_be_text(pattern) else Answer.NO
    if coded and not coded.strip(_STAR):
        return Answer.YES
    if asked is None:
        return Answer.MAYBE if _may_be_text(wanted) else Answer.NO
    if coded[:1] in ("", "/", ":") and (asked or "").startswith("arn:"):
        # The end of an ARN whose begin is the empty default of a parameter: IAM refuses it, so another value is deployed.
        return Answer.MAYBE
    if asked == _STAR:
        # For an action that knows no resources services ask for all of their own, such as arn:aws:fsx:<region>:<account>:*.
        whole = (_fields(coded) or [""])[-1] == _STAR
        return Answer.MAYBE if whole or (any(map(_is_hole, coded)) and not _literal(coded)) else Answer.NO
    coded, asked = _same_partition(coded, asked)
    fields, asked_fields = _fields(coded), _fields(asked)
    if fields is not None and asked_fields is not None:
        answers = {_compare(mine, other) for mine, other in zip(fields, asked_fields, strict=True)}
        if Answer.MAYBE in answers and coder.names_differ(fields[5], asked_fields[5], distinct):
            return Answer.NO
        return Answer.NO if Answer.NO in answers else Answer.MAYBE if Answer.MAYBE in answers else Answer.YES
    answer = _compare(coded, asked)
    if answer is Answer.YES and coded.startswith("arn:") and fields is None and coded != asked:
        # How a pattern with fewer than six fields is read is not documented.
        return Answer.MAYBE
    return answer


def _may_be_text(leaf: Leaf) -> bool:
    return isinstance(leaf, Unknown) or isinstance(leaf.value, (str, Reference, Environment, Pattern))


class Variable(NamedTuple):
    """A policy variable (``${aws:username}``) of a resource pattern."""

    name: str


class _Coder:
    """Turns leaves into strings in which wildcards and holes are single private characters.

    One coder serves both sides of a comparison, so that equal holes get equal characters.
    """

    __slots__ = ("_canonical", "_given", "_holes", "_used")

    def __init__(self, canonical: Canonical, given: Given = NOTHING_GIVEN) -> None:
        self._canonical = canonical
        self._given = given
        self._holes: dict[object, str] = {}
        self._used = 0

    def encode(self, leaf: Leaf, *, lower: bool = False) -> str | None:
        """Return the coded text; None where the leaf is no text, too long, or known in no part."""
        pieces: tuple[str | _Hole, ...]
        if isinstance(leaf, Unknown):
            pieces = (leaf,)
        elif isinstance(leaf.value, str):
            pieces = (leaf.value,)
        elif isinstance(leaf.value, Pattern):
            pieces = leaf.value.parts
        elif isinstance(leaf.value, (Reference, Environment)):
            pieces = (leaf.value,)
        else:
            return None
        resolved = [part for piece in pieces for part in self._resolve(piece)]
        if sum(len(part) if isinstance(part, str) else 1 for part in resolved) > LONGEST:
            return None
        coded: list[str] = []
        for part in resolved:
            coded.append(self._text(part.lower() if lower else part) if isinstance(part, str) else self._hole(part))
        return "".join(coded)

    def _resolve(self, piece: str | _Hole) -> tuple[str | _Hole, ...]:
        resolved = piece if isinstance(piece, (str, Unknown)) else self._canonical(piece)
        if isinstance(resolved, Pattern):
            return tuple(map(self._filled, resolved.parts)) if self._given else resolved.parts
        if isinstance(resolved, (str, Reference, Environment, Unknown)):
            return (self._filled(resolved),)
        return (piece,)

    def _filled(self, piece: str | _Hole) -> str | _Hole:
        if isinstance(piece, Unknown) and piece.symbol is not None:
            return self._given.get(piece.symbol, piece)
        return piece

    def _text(self, text: str) -> str:
        if text.isascii() and "$" not in text:
            return text.replace("*", _STAR).replace("?", _ONE)
        plain = "".join("\ufffd" if ord(character) >= _FIRST_HOLE else character for character in text)
        coded: list[str] = []
        while True:
            before, opened, rest = plain.partition("${")
            coded.append(before.replace("*", _STAR).replace("?", _ONE))
            if not opened:
                return "".join(coded)
            name, closed, following = rest.partition("}")
            if not closed:
                coded.append(opened + rest)
                return "".join(coded)
            # ${*}, ${?} and ${$} are the characters themselves; anything else is filled in when the request is made.
            coded.append(name if name in ("*", "?", "$") else self._hole(Variable(name)))
            plain = following

    def _hole(self, hole: _Hole | Variable) -> str:
        key: object = hole
        if isinstance(hole, Unknown):
            key = ("symbol", hole.symbol) if hole.symbol is not None else ("nameless", self._used)
        found = self._holes.get(key)
        if found is None:
            found = self._holes[key] = chr(_FIRST_HOLE + self._used)
            self._used += 1
        return found

    def names_differ(self, left: str, right: str, distinct: Distinct) -> bool:
        """Return whether the resource fields of two ARNs have surely different names at the same place.

        ``table/<A>/index/*`` and ``table/<B>``: what stands before is equal, and the name ends there, or is but its begin.
        """
        start = 0
        while start < len(left) and start < len(right) and left[start] == right[start] and left[start] != _STAR:
            start += 1
        if start >= len(left) or start >= len(right):
            return False
        mine, other = self._reference(left[start]), self._reference(right[start])
        begins = left[start + 1 : start + 2] == _STAR
        if mine is None or other is None or not distinct(mine, other, begins):
            return False
        return all(text[start + 1 : start + 2] in ("", "/", ":") for text in ((right,) if begins else (left, right)))

    def _reference(self, character: str) -> Reference | None:
        if not _is_hole(character):
            return None
        found = next((hole for hole, coded in self._holes.items() if coded == character), None)
        return found if isinstance(found, Reference) else None


def _is_hole(character: str) -> bool:
    return _FIRST_HOLE <= ord(character) <= _LAST_HOLE


def _literal(coded: str) -> bool:
    return any(ord(character) < _FIRST_HOLE for character in coded)


def _same_partition(pattern: str, wanted: str) -> tuple[str, str]:
    """Where one side leaves the partition open, the other's counts: a stack is deployed into one partition."""
    if not (pattern.startswith("arn:") and wanted.startswith("arn:")):
        return pattern, wanted
    left, right = pattern[4:].partition(":")[0], wanted[4:].partition(":")[0]
    for mine, other in ((left, right), (right, left)):
        if len(mine) == 1 and _is_hole(mine) and (other in PARTITIONS or (len(other) == 1 and _is_hole(other))):
            return "arn:aws" + pattern[4 + len(left) :], "arn:aws" + wanted[4 + len(right) :]
    return pattern, wanted


def _fields(coded: str) -> list[str] | None:
    """Return the six fields of an ARN, None where the text can't be taken apart into them.

    A wildcard does not reach over the colons between the fields. A hole might hold several fields, which shows in an
    account that is none.
    """
    fields = coded.split(":", 5)
    if len(fields) < 6 or fields[0] != "arn":
        return None
    account = fields[4]
    return fields if account.isdigit() or account in ("", "aws") or any(ord(one) >= _FIRST_HOLE for one in account) else None


def _compare(pattern: str, wanted: str) -> Answer:
    if pattern == wanted and _STAR not in pattern:
        return Answer.YES
    covered = _covers(pattern, wanted)
    if covered is Answer.YES:
        return Answer.YES
    if covered is Answer.NO and _can_overlap(pattern, wanted) is Answer.NO:
        return Answer.NO
    return Answer.MAYBE


def _covers(pattern: str, wanted: str) -> Answer:
    """Return YES if the pattern surely covers all of ``wanted``, whose wildcards and holes only ``*`` can cover."""
    return _glob(pattern, wanted, one=_covered_by_one)


def _covered_by_one(character: str) -> bool:
    return character == _ONE or ord(character) < _FIRST_HOLE


def _glob(pattern: str, text: str, one: Callable[[str], bool]) -> Answer:
    """Match segment after segment, each at its leftmost place: correct because a later place never helps."""
    first, *others = pattern.split(_STAR)
    if not others:
        return _yes_or_no(len(first) == len(text) and _segment_at(first, text, 0, one))
    last = others.pop()
    if len(first) + len(last) > len(text):
        return Answer.NO
    end = len(text) - len(last)
    if not (_segment_at(first, text, 0, one) and _segment_at(last, text, end, one)):
        return Answer.NO
    position = len(first)
    spent = 0
    for segment in others:
        if not segment:
            continue
        if _ONE not in segment and _ONE not in text:
            found = text.find(segment, position, end)
        else:
            found = -1
            for start in range(position, end - len(segment) + 1):
                spent += len(segment)
                if spent > BUDGET:
                    return Answer.MAYBE
                if _segment_at(segment, text, start, one):
                    found = start
                    break
        if found < 0:
            return Answer.NO
        position = found + len(segment)
    return Answer.YES


def _segment_at(segment: str, text: str, start: int, one: Callable[[str], bool]) -> bool:
    if _ONE not in segment and _ONE not in text:
        return text.startswith(segment, start)
    for mine, other in zip(segment, text[start : start + len(segment)], strict=True):
        if mine == other or (mine == _ONE and one(other)):
            continue
        if other == _ONE and one(mine) and one is _any_character:
            continue
        return False
    return True


def _any_character(character: str) -> bool:
    return True


def _can_overlap(left: str, right: str) -> Answer:
    """Return NO if no text fits both sides, whatever the holes hold."""
    left, right = _without_common_ends(left, right)
    left, right = _holes_as_stars(left), _holes_as_stars(right)
    if _STAR in left and _STAR in right:
        # The middles never exclude each other: a text may hold those of both. Only the fixed ends can.
        return _yes_or_no(
            _ends_agree(left.split(_STAR, 1)[0], right.split(_STAR, 1)[0])
            and _ends_agree(left.rsplit(_STAR, 1)[1][::-1], right.rsplit(_STAR, 1)[1][::-1])
        )
    if _STAR in right:
        left, right = right, left
    return _glob(left, right, one=_any_character)


def _without_common_ends(left: str, right: str) -> tuple[str, str]:
    """Take equal text, also equal holes, from both ends: what remains overlaps exactly if the whole does."""
    shortest = min(len(left), len(right))
    start = 0
    while start < shortest and left[start] == right[start] and left[start] != _STAR:
        start += 1
    end = 0
    while end < shortest - start and left[-1 - end] == right[-1 - end] and left[-1 - end] != _STAR:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def _holes_as_stars(coded: str) -> str:
    if coded.isascii():
        return coded
    return "".join(_STAR if _is_hole(character) else character for character in coded)


def _ends_agree(left: str, right: str) -> bool:
    return all(mine == other or _ONE in (mine, other) for mine, other in zip(left, right, strict=False))


def _yes_or_no(truth: bool) -> Answer:
    return Answer.YES if truth else Answer.NO
