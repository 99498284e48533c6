"""What a rule is, and how one is declared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from textwrap import dedent
from typing import Any, Final, Generic, Literal, TypeVar

from ..graph import Graph
from ..model.finding import Claim, Inapplicable, Level, RuleInfo, Withheld
from ..model.nodes import Node
from ..model.record import field, record

N = TypeVar("N", bound=Node)

Profile = Literal["default", "strict"]
Answer = Claim | Withheld | Inapplicable
"""What a rule yields. Nothing means good."""

ALL_FORMATS: Final = ("sam", "cloudformation", "cdk", "terraform", "terraform-plan")
HEADINGS: Final = ("What it does", "Why it matters", "How to fix", "What it can't know", "Sources")
IDENTIFIER: Final = re.compile(r"[A-Z]{2,8}[0-9]{3,4}")


@record
class Option:
    """A setting of a rule: its name, its default, what it means, and the texts that it may be (empty: any)."""

    name: str
    default: str | int | float | bool
    meaning: str
    allowed: tuple[str, ...] = ()


@record
class Context:
    """What a rule may ask beside the graph: the date that the run speaks for, the profile, and the rule's options."""

    as_of: date
    profile: Profile = "default"
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@record(kw_only=True)
class Rule(Generic[N]):
    """A rule of a pack. ``check`` is a pure generator over one node of the class that the rule visits."""

    id: str
    name: str
    level: Level
    visits: type[N]
    check: Callable[[N, Graph, Context], Iterator[Answer]]
    documentation: str
    profile: Profile = "default"
    formats: tuple[str, ...] = ALL_FORMATS
    options: tuple[Option, ...] = ()
    supersedes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    cwe: tuple[int, ...] = ()
    security_severity: float | None = None
    aliases: tuple[str, ...] = ()
    fixable: bool = False
    api: int = 1
    pack: str = "faaslint"

    @property
    def summary(self) -> str:
        """Return the first sentence of the documentation."""
        return self.documentation.strip().split("\n", 1)[0]

    def sections(self) -> dict[str, str]:
        """Return the documentation's sections by heading."""
        found: dict[str, str] = {}
        heading = ""
        for line in dedent(self.documentation.partition("\n")[2]).splitlines():
            if line.strip().rstrip(":") in HEADINGS:
                heading = line.strip().rstrip(":")
                found[heading] = ""
            elif heading:
                found[heading] += line + "\n"
        return {name: text.strip() for name, text in found.items()}

    def info(self) -> RuleInfo:
        """Return the rule as reports list it."""
        sections = self.sections()
        return RuleInfo(
            id=self.id,
            name=self.name,
            level=self.level,
            profile=self.profile,
            summary=self.summary,
            description=" ".join(sections.get("What it does", self.summary).split()),
            help="\n\n".join(f"## {name}\n\n{text}" for name, text in sections.items()),
            formats=self.formats,
            security_severity=self.security_severity,
            cwe=self.cwe,
            pack=self.pack,
            fixable=self.fixable,
        )


def rule(
    *,
    id: str,
    name: str,
    level: Level,
    visits: type[N],
    profile: Profile = "default",
    formats: tuple[str, ...] = ALL_FORMATS,
    options: tuple[Option, ...] = (),
    supersedes: tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    cwe: tuple[int, ...] = (),
    security_severity: float | None = None,
    aliases: tuple[str, ...] = (),
    fixable: bool = False,
) -> Callable[[Callable[[N, Graph, Context], Iterator[Answer]]], Rule[N]]:
    """Declare a rule. The decorated generator's docstring is its documentation, under the fixed ``HEADINGS``.

    The generator gets one node of the class ``visits``, the graph and the context, and yields claims, reasons why it can't
    know, or ``INAPPLICABLE``; yielding nothing says that the node is good. Raises ValueError for a malformed id or name.
    """
    if not IDENTIFIER.fullmatch(id):
        raise ValueError(f"'{id}' is not a rule id: letters, then three or four digits")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"'{name}' is not a rule name: lower-case words with hyphens")

    def declare(check: Callable[[N, Graph, Context], Iterator[Answer]]) -> Rule[N]:
        return Rule(
            id=id,
            name=name,
            level=level,
            visits=visits,
            check=check,
            documentation=check.__doc__ or "",
            profile=profile,
            formats=formats,
            options=options,
            supersedes=supersedes,
            references=references,
            cwe=cwe,
            security_severity=security_severity,
            aliases=aliases,
            fixable=fixable,
        )

    return declare


AnyRule = Rule[Any]
