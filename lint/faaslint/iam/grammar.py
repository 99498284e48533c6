"""The grammar of policy documents: what IAM refuses, whatever it would grant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Final, NamedTuple

from ..model.read import elements, known_text_parts, text_of
from ..model.span import Span
from ..model.value import CLOSED, Fields, Items, Known, Leaf, Pattern, Provenance, Unknown, Value, branches, is_absent
from .match import PARTITIONS
from .policy import broken_json, parse_document

VERSIONS: Final = ("2012-10-17", "2008-10-17")
DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
STATEMENT: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    }
)
PRINCIPALS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser", "*"})
OPERATORS: Final = frozenset(
    {
        "stringequals",
        "stringnotequals",
        "stringequalsignorecase",
        "stringnotequalsignorecase",
        "stringlike",
        "stringnotlike",
        "numericequals",
        "numericnotequals",
        "numericlessthan",
        "numericlessthanequals",
        "numericgreaterthan",
        "numericgreaterthanequals",
        "dateequals",
        "datenotequals",
        "datelessthan",
        "datelessthanequals",
        "dategreaterthan",
        "dategreaterthanequals",
        "bool",
        "binaryequals",
        "ipaddress",
        "notipaddress",
        "arnequals",
        "arnlike",
        "arnnotequals",
        "arnnotlike",
        "null",
    }
)
"""The condition operators, in lower case: IAM JSON policy elements, "Condition operators"."""

INLINE_LIMIT: Final = 10_240
"""Most characters, without white space, of all inline policies of a role together (IAM quotas)."""

MANAGED_LIMIT: Final = 6_144
"""Most characters, without white space, of a managed policy (IAM quotas)."""

TRUST_LIMIT: Final = 4_096
"""Most characters of a trust policy after the quota of 2 048 was raised as far as it goes (IAM quotas)."""

_DEPTH: Final = 12


class DocumentKind(Enum):
    """What a document is for, which decides what its statements may say."""

    IDENTITY = "identity"
    TRUST = "trust"


class Defect(NamedTuple):
    """What IAM refuses in a document: where, and in words that follow "… has" or "… says"."""

    words: str
    span: Span | None
    meant: str = ""
    """What belongs where ``span`` is, if only one thing can be meant."""


@cache
def _action_form() -> re.Pattern[str]:
    return re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+|\*:\*")


@cache
def _sid_form() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9]*")


def defects(document: Value, kind: DocumentKind) -> Iterator[Defect]:
    """Yield what IAM refuses of a document, as far as it is known. Unknown parts are passed over."""
    for _, leaf in branches(document):
        parsed = parse_document(leaf)
        broken = broken_json(leaf) if isinstance(parsed, Unknown) else None
        if broken is not None:
            yield Defect(
                f"is not valid JSON: in line {broken[0]} of its text, {broken[1].replace(' here', '')}", _span(leaf)
            )
        if isinstance(parsed, Unknown) or parsed.value is None:
            continue
        if not isinstance(parsed.value, Fields):
            yield Defect("is no mapping of Version and Statement", _span(parsed))
            continue
        yield from _document(parsed.value, kind, _span(parsed))


def _document(fields: Fields, kind: DocumentKind, span: Span | None) -> Iterator[Defect]:
    for name in fields.values:
        if name not in DOCUMENT:
            yield Defect(
                f"has the element '{name}', which no policy has", fields.keys.get(name, span), _meant(name, fields, DOCUMENT)
            )
    for _, leaf in branches(fields.get("Version")):
        text = text_of(leaf)
        if text is not None and text not in VERSIONS:
            yield Defect(f"has the version '{text}' instead of 2012-10-17", _span(leaf) or span, _at(leaf, "2012-10-17"))
    listed = fields.get("Statement")
    slips = {_meant(name, fields, DOCUMENT) for name in fields.values if name not in DOCUMENT}
    if (
        fields.openness is CLOSED
        and "Statement" not in slips
        and (is_absent(listed) or (isinstance(listed, Known) and listed.value == ""))
    ):
        yield Defect("has no Statement", span)
    for _, leaf in elements(listed):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            yield from _statement(leaf.value, kind, _span(leaf) or span)
        elif isinstance(leaf, Known) and leaf.value is not None:
            yield Defect("has a statement that is no mapping", _span(leaf) or span)


def _statement(fields: Fields, kind: DocumentKind, span: Span | None) -> Iterator[Defect]:
    for name in fields.values:
        if name not in STATEMENT:
            yield Defect(
                f"has the element '{name}' in a statement, which no statement has",
                fields.keys.get(name, span),
                _meant(name, fields, STATEMENT),
            )
    # What is written wrongly is not missing as well.
    slips = {_meant(name, fields, STATEMENT) for name in fields.values if name not in STATEMENT}
    effect = fields.get("Effect")
    if is_absent(effect) and "Effect" not in slips:
        yield Defect("has a statement without Effect", span)
    for _, leaf in branches(effect):
        text = text_of(leaf)
        if text is not None and text not in ("Allow", "Deny"):
            meant = text.strip().capitalize()
            yield Defect(
                f"has the effect '{text}' instead of Allow or Deny",
                _span(leaf) or span,
                _at(leaf, meant) if meant in ("Allow", "Deny") else "",
            )
    yield from _one_of(fields, "Action", "NotAction", span, slips)
    if kind is DocumentKind.IDENTITY:
        yield from _one_of(fields, "Resource", "NotResource", span, slips)
        for name in ("Principal", "NotPrincipal"):
            if not is_empty(fields.get(name)) and name in fields.values:
                yield Defect(f"names a {name}, which only a resource's own policy may", fields.keys.get(name, span))
        for _, leaf in branches(fields.get("Sid")):
            sid = text_of(leaf)
            if sid is not None and not _sid_form().fullmatch(sid):
                yield Defect(f"has the Sid '{sid}', which may have letters and digits only", _span(leaf) or span)
    else:
        yield from _one_of(fields, "Principal", "NotPrincipal", span, slips)
        for name in ("Resource", "NotResource"):
            if name in fields.values and not is_empty(fields.get(name)):
                yield Defect(f"names a {name}, which a trust policy may not", fields.keys.get(name, span))
        yield from _principals(fields.get("Principal"), span)
    for name in ("Action", "NotAction"):
        for _, leaf in elements(fields.get(name)):
            text = text_of(leaf)
            if text is not None and not _action_form().fullmatch(text):
                yield Defect(f"names '{text}' where service:Action is expected", _span(leaf) or span)
    for name in ("Resource", "NotResource"):
        for _, leaf in elements(fields.get(name)):
            words = _resource_defect(leaf)
            if words is not None:
                yield Defect(words, _span(leaf) or span)
    yield from _conditions(fields.get("Condition"), span)


def _meant(name: str, fields: Fields, known: Iterable[str]) -> str:
    """Return the element that is written with other capitals or in the plural; empty where it is there as well."""
    if name not in fields.keys:
        return ""
    singular = name.lower().removesuffix("s")
    return next((one for one in known if one.lower() == singular and one not in fields.values), "")


def _at(leaf: Leaf, meant: str) -> str:
    """Return what is meant, where the value is written once and is used nowhere else."""
    return meant if len(leaf.trail) == 1 else ""


def is_empty(value: Value) -> bool:
    """Return whether an element is not there, or is a list or mapping of nothing (as unused blocks of Terraform are)."""
    if is_absent(value):
        return True
    if not isinstance(value, Known):
        return False
    if isinstance(value.value, Items):
        return value.value.openness is CLOSED and not value.value.items
    if isinstance(value.value, Fields):
        return value.value.openness is CLOSED and all(map(is_empty, value.value.values.values()))
    return False


def _one_of(fields: Fields, plain: str, negated: str, span: Span | None, slips: set[str]) -> Iterator[Defect]:
    here = [name for name in (plain, negated) if name in fields.values and not is_empty(fields.get(name))]
    if len(here) == 2:
        yield Defect(f"has a statement with both {plain} and {negated}", fields.keys.get(negated, span))
    elif any(_is_default(fields.get(name)) for name in (plain, negated)):
        # Empty only where nobody sets the variable, and then the policy is often left out as well.
        return
    elif not here and fields.openness is CLOSED and slips.isdisjoint((plain, negated)):
        yield Defect(f"has a statement without {plain}", span)


def _is_default(value: Value) -> bool:
    return isinstance(value, Known) and value.value is not None and value.provenance is Provenance.DEFAULT


def _resource_defect(leaf: Leaf) -> str | None:
    if isinstance(leaf, Unknown):
        return None
    if isinstance(leaf.value, Pattern):
        first = leaf.value.parts[0]
        if not isinstance(first, str) or first.startswith(("arn:", "*")) or "arn:".startswith(first):
            return None
        return f"names '{first}…' where an ARN or * is expected"
    text = text_of(leaf)
    if text is None or text == "*":
        return None
    if not text or text.startswith((":", "/")):
        # What was to stand before it came out empty: a mistake of another kind, if it is one.
        return None
    fields = text.split(":", 5)
    if not text.startswith("arn:") or len(fields) < 6:
        # A pattern such as arn:* is allowed; what has no arn: in front is not.
        return None if text.startswith("arn:") and "*" in text else f"names '{text}' where an ARN or * is expected"
    if fields[1] not in PARTITIONS and "${" not in fields[1]:
        return f"names '{text}', whose partition is not aws"
    return None


def _principals(value: Value, span: Span | None) -> Iterator[Defect]:
    for _, leaf in branches(value):
        if not isinstance(leaf, Known) or not isinstance(leaf.value, Fields):
            text = text_of(leaf)
            if text is not None and text != "*":
                yield Defect(f"names the principal '{text}' without its kind (Service, AWS, Federated)", _span(leaf) or span)
            continue
        for name, listed in leaf.value.values.items():
            if name not in PRINCIPALS:
                yield Defect(
                    f"names a principal of the kind '{name}', which does not exist", leaf.value.keys.get(name, span)
                )
                continue
            for _, one in elements(listed):
                text = text_of(one)
                if name == "Service" and text is not None and "." not in text:
                    yield Defect(
                        f"names '{text}' where a service such as lambda.amazonaws.com is expected", _span(one) or span
                    )


def _conditions(value: Value, span: Span | None) -> Iterator[Defect]:
    for _, leaf in branches(value):
        if not isinstance(leaf, Known) or not isinstance(leaf.value, Fields):
            continue
        for operator, keys in leaf.value.values.items():
            place = leaf.value.keys.get(operator, span)
            plain = operator.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:").removesuffix("ifexists")
            if plain not in OPERATORS:
                yield Defect(f"has the condition operator '{operator}', which does not exist", place)
                continue
            for _, inner in branches(keys):
                if isinstance(inner, Known) and isinstance(inner.value, Fields):
                    for key in inner.value.values:
                        if ":" not in key:
                            yield Defect(
                                f"has the condition key '{key}', which has no service before it",
                                inner.value.keys.get(key, place),
                            )


def least_size(document: Value) -> int:
    """Return how many characters a document has at least, without white space; parts that are unknown count nothing."""
    sizes = [_size(parse_document(leaf), _DEPTH) for _, leaf in branches(document)]
    return min(sizes, default=0)


def _size(value: Value, depth: int) -> int:
    if not isinstance(value, Known) or depth == 0:
        return 0
    content = value.value
    if isinstance(content, Fields):
        inner = sum(len(name) + 3 + _size(entry, depth - 1) for name, entry in content.values.items())
        return 2 + inner + max(0, len(content.values) - 1)
    if isinstance(content, Items):
        certain = [item for item in content.items if item.guard.always]
        return 2 + sum(_size(item.value, depth - 1) for item in certain) + max(0, len(certain) - 1)
    text = known_text_parts(value)
    return len("".join((text or "").replace("\0", "").split())) + 2 if text is not None else 0


def _span(value: Value) -> Span | None:
    return value.trail[-1] if value.trail else None
