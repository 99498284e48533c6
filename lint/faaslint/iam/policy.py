"""Policy documents, from whatever form they have in a file to the statements of the graph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..model.guard import ALWAYS, Guard
from ..model.nodes import Origin, PolicyKind, Statement
from ..model.read import elements, openness, text_of
from ..model.record import field, record, replace
from ..model.span import Span
from ..model.value import (
    ABSENT,
    CLOSED,
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Pattern,
    Reference,
    Trail,
    Unknown,
    Value,
    branches,
    choose,
    innermost,
    join_text,
)
from ..source.limits import NESTING

JSON_SPELLINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "effect": "Effect",
        "actions": "Action",
        "not_actions": "NotAction",
        "resources": "Resource",
        "not_resources": "NotResource",
        "principals": "Principal",
        "not_principals": "NotPrincipal",
        "condition": "Condition",
    }
)
"""What the parts of a statement are called in a policy document."""

BLOCK_SPELLINGS: Final = MappingProxyType(
    {
        "effect": "effect",
        "actions": "actions",
        "not_actions": "not_actions",
        "resources": "resources",
        "not_resources": "not_resources",
        "principals": "principals",
        "not_principals": "not_principals",
        "condition": "condition",
    }
)
"""What they are called in a ``statement`` block of Terraform."""

_FIRST_HOLE: Final = 0xF0000
_MOST_HOLES: Final = 0xFFF0
"""Holes of a document that is text stand as private-use characters while it is parsed as JSON."""


def read_statements(
    document: Value,
    *,
    identifier: str,
    name: str,
    span: Span,
    origin: Origin = Origin.USER,
    policy_kind: PolicyKind = PolicyKind.INLINE,
    guard: Guard = ALWAYS,
    spellings: Mapping[str, str] = JSON_SPELLINGS,
) -> tuple[tuple[Statement, ...], Openness]:
    """Read the statements of a policy document, and say whether these are all.

    The document is a mapping or its JSON text, also with holes; an absent one has no statements. A choice of documents
    gives the statements of each with that branch's guard. ``span`` is where a statement stands that brings no position
    of its own. Statements are numbered, so that their ids (``<identifier>#<number>``) do not depend on their content.
    """
    found: list[Statement] = []
    known_in_full: Openness = CLOSED
    for branch, leaf in branches(document):
        holds = guard & branch
        if not holds.satisfiable():
            continue
        parsed = parse_document(leaf)
        if isinstance(parsed, Unknown):
            known_in_full = known_in_full or Open(parsed.why, innermost(parsed) or innermost(document) or span)
            continue
        if parsed.value is None:
            continue
        if not isinstance(parsed.value, Fields):
            known_in_full = known_in_full or Open("the policy document is not a mapping", innermost(parsed) or span)
            continue
        listed = parsed.value.get("Statement")
        known_in_full = known_in_full or openness(listed)
        for inner, element in elements(listed):
            both = holds & inner
            if not both.satisfiable():
                continue
            if isinstance(element, Unknown) or not isinstance(element.value, Fields):
                why = element.why if isinstance(element, Unknown) else "a statement is not a mapping"
                known_in_full = known_in_full or Open(why, innermost(element) or span)
                continue
            found.append(
                _statement(
                    element.value,
                    identifier=f"{identifier}#{len(found)}",
                    policy=name,
                    number=len(found) + 1,
                    span=innermost(element) or innermost(parsed) or span,
                    guard=both,
                    origin=origin,
                    policy_kind=policy_kind,
                    spellings=spellings,
                )
            )
    return tuple(found), known_in_full


def _statement(
    fields: Fields,
    *,
    identifier: str,
    policy: str,
    number: int,
    span: Span,
    guard: Guard,
    origin: Origin,
    policy_kind: PolicyKind,
    spellings: Mapping[str, str],
) -> Statement:
    actions, not_actions = fields.get("Action"), fields.get("NotAction")
    label = fields.values.get("Sid")
    sid = text_of(label) if isinstance(label, Known) else None
    return Statement(
        id=identifier,
        name=sid or f"{policy} (statement {number})",
        type="",
        span=_first_span(actions) or _first_span(not_actions) or span,
        guard=guard,
        origin=origin,
        spellings=spellings if fields.keys.keys().isdisjoint(BLOCK_SPELLINGS) else BLOCK_SPELLINGS,
        effect=fields.get("Effect"),
        actions=actions,
        not_actions=_unless_other(not_actions, actions),
        resources=fields.get("Resource"),
        not_resources=_unless_other(fields.get("NotResource"), fields.get("Resource")),
        principals=principals_of(fields.get("Principal")),
        not_principals=principals_of(fields.get("NotPrincipal")),
        condition=_unless_empty(fields.get("Condition")),
        policy_kind=policy_kind,
    )


def _unless_other(negated: Value, plain: Value) -> Value:
    """A statement has one of two elements: where the plain one is there, an unknown rest can't hold the negated one."""
    written = isinstance(plain, Known) and plain.value is not None
    return ABSENT if written and isinstance(negated, Unknown) else negated


def _unless_empty(condition: Value) -> Value:
    """A condition without an entry holds always: it is none."""
    content = condition.value if isinstance(condition, Known) else None
    empty = isinstance(content, Fields) and not content.values and not content.computed and content.openness is CLOSED
    return ABSENT if empty else condition


def _first_span(value: Value) -> Span | None:
    if (here := innermost(value)) is not None:
        return here
    for _, leaf in elements(value):
        if (here := innermost(leaf)) is not None:
            return here
    return None


def principals_of(value: Value) -> Value:
    """Return a Principal element in its long form: a mapping of principal type to a list. ``"*"`` is of type ``*``."""
    return choose(((guard, _principals_of_leaf(leaf)) for guard, leaf in branches(value)), value.trail)


def _principals_of_leaf(leaf: Leaf) -> Leaf:
    if isinstance(leaf, Unknown) or leaf.value is None:
        return leaf
    if isinstance(leaf.value, Fields):
        listed = {
            kind: Known(Items(tuple(Item(one, guard) for guard, one in elements(content)), openness(content)), content.trail)
            for kind, content in leaf.value.values.items()
        }
        return replace(leaf, value=replace(leaf.value, values=listed))
    if text_of(leaf) == "*":
        return Known(Fields({"*": Known(Items((Item(leaf),)), leaf.trail)}), leaf.trail, leaf.provenance)
    return Unknown('the principal is neither "*" nor a mapping', trail=leaf.trail)


def parse_document(leaf: Leaf) -> Leaf:
    """Return a document as a mapping: what is one already stays, JSON text is parsed, also text with holes in its strings.

    Text that is no JSON, or has a hole outside of a string, is Unknown.
    """
    if isinstance(leaf, Unknown) or not isinstance(leaf.value, (str, Pattern)):
        if isinstance(leaf, Known) and isinstance(leaf.value, (Reference, Environment)):
            return Unknown("the policy document is an attribute of another resource", trail=leaf.trail)
        return leaf
    pieces = (leaf.value,) if isinstance(leaf.value, str) else leaf.value.parts
    holes: list[Reference | Environment | Unknown] = []
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
        else:
            text.append(chr(_FIRST_HOLE + len(holes)))
            holes.append(piece)
    joined = "".join(text)
    if len(holes) > _MOST_HOLES or (not joined.isascii() and sum(map(_is_hole, joined)) != len(holes)):
        return Unknown("the policy document is text that can't be taken apart", trail=leaf.trail)
    try:
        content = json.loads(joined)
    except (ValueError, RecursionError):
        return Unknown("the policy document is text that is not JSON", trail=leaf.trail)
    return _Conversion(tuple(holes), leaf.trail).convert(content, NESTING)


def broken_json(leaf: Leaf) -> tuple[int, str] | None:
    """Return the line (from 1, in the text itself) and the reason why a text that begins as JSON certainly is none.

    Holes inside of quoted text may hold anything that belongs there; where one stands outside, nothing is certain.
    """
    if not isinstance(leaf, Known) or not isinstance(leaf.value, (str, Pattern)):
        return None
    pieces = (leaf.value,) if isinstance(leaf.value, str) else leaf.value.parts
    text = "".join(piece if isinstance(piece, str) else chr(_FIRST_HOLE) for piece in pieces)
    if not text.lstrip().startswith("{") or chr(_FIRST_HOLE) in re.sub(r'"(?:[^"\\\n]|\\.)*"', "", text):
        return None
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        # Imported when needed: its parser is.
        from ..source.json import EXPECTED

        return error.lineno, EXPECTED.get(error.msg, "this is not valid JSON")
    except (ValueError, RecursionError):
        pass
    return None


def document_value(content: object, trail: Trail = ()) -> Leaf:
    """Return what ``json.loads`` gave as a value; every part gets the trail."""
    return _Conversion((), trail).convert(content, NESTING)


def _is_hole(character: str) -> bool:
    return _FIRST_HOLE <= ord(character) < _FIRST_HOLE + _MOST_HOLES


@record
class _Conversion:
    """From what ``json.loads`` returns to values. The only position that they have is the document's."""

    holes: tuple[Reference | Environment | Unknown, ...]
    trail: Trail = field(default=())

    def convert(self, content: object, depth: int) -> Leaf:
        if depth == 0:
            return Unknown("the policy document is nested too deeply", trail=self.trail)
        if isinstance(content, dict):
            values = {key: self.convert(entry, depth - 1) for key, entry in content.items() if not any(map(_is_hole, key))}
            complete = CLOSED if len(values) == len(content) else Open("a key of the policy document is computed")
            return Known(Fields(values, openness=complete), self.trail)
        if isinstance(content, list):
            return Known(Items(tuple(Item(self.convert(entry, depth - 1)) for entry in content)), self.trail)
        if isinstance(content, str):
            if not self.holes:
                return Known(content, self.trail)
            return replace(join_text(self._parts(content)), trail=self.trail)
        if content is None or isinstance(content, (bool, int, float)):
            return Known(content, self.trail)
        return Unknown("not a JSON value", trail=self.trail)

    def _parts(self, text: str) -> Iterator[Leaf]:
        start = 0
        for position, character in enumerate(text):
            if _is_hole(character):
                hole = self.holes[ord(character) - _FIRST_HOLE]
                yield Known(text[start:position])
                yield hole if isinstance(hole, Unknown) else Known(hole)
                start = position + 1
        yield Known(text[start:])
