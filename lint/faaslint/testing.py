"""Testing a rule pack on its fixtures, for the built-in pack and any other.

A fixture is a file or a folder ``<fixtures>/<theme>/<rule_name>/<kind>_<words>``. ``bad_*`` mark each expected finding
where it stands, with ``# expect: FL101`` at the end of the line (several ids with commas); ``good_*`` and ``unknown_*``
expect none of their own rule. JSON has no comments: a sibling ``<name>.expect.json`` lists ``{rule, resource, property}``.
Every rule runs on every fixture, under the strict profile, and exactly the marked lines may speak.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from .api import Request, Result, check
from .check.rule import HEADINGS, AnyRule

KINDS: Final = ("bad", "good", "unknown")
EXPECTATIONS: Final = ".expect.json"
AS_OF: Final = date(2026, 11, 21)
"""The day that fixtures are judged as of, so that no runtime of theirs ages."""

SILENT_BY_NATURE: Final = frozenset({"FL001", "FL002", "FL003", "FL004"})
"""Rules about the analysis itself: what is good or unknown to them leaves no node that they could visit."""


class Fixture(NamedTuple):
    """One fixture: its file or folder, the rule that it belongs to (as its folder is called), and its kind."""

    path: Path
    rule_name: str
    kind: str


def fixtures_in(folder: Path) -> Iterator[Fixture]:
    """Yield the fixtures below a folder, by path."""
    for path in sorted(folder.glob("*/*/*")):
        kind = path.name.partition("_")[0]
        if kind in KINDS and not path.name.endswith(EXPECTATIONS):
            yield Fixture(path, path.parent.name.replace("_", "-"), kind)


def run(fixture: Fixture, root: Path, packs: Sequence[str] = ()) -> Result:
    """Check a fixture with every rule. Paths of the result are relative to ``root``."""
    return check(
        Request(
            paths=(fixture.path.relative_to(root).as_posix(),),
            folder=root,
            as_of=AS_OF,
            profile="strict",
            packs=tuple(packs),
        )
    )


def differences(fixture: Fixture, root: Path, result: Result) -> list[str]:
    """Return, in words, how a result differs from what the fixture marks: nothing where it is as it should be."""
    expectations = fixture.path.with_name(fixture.path.name + EXPECTATIONS)
    spoken: set[tuple[str, str, str]]
    if expectations.exists():
        listed = json.loads(expectations.read_text(encoding="utf-8"))
        wanted = {(one["rule"], one["resource"], one["property"]) for one in listed}
        spoken = {(one.rule, one.resource, one.property) for one in result.findings}
    else:
        wanted = {(rule, path, str(line)) for rule, path, line in _marked(fixture.path, root)}
        spoken = {(one.rule, one.span.path, str(one.span.line)) for one in result.findings}
    messages = {(one.rule, one.span.path, str(one.span.line)): one.message for one in result.findings}
    found = [
        f"{rule} was expected at {place}:{detail} and does not speak" for rule, place, detail in sorted(wanted - spoken)
    ]
    found += [
        f"{rule} speaks at {place}:{detail} and is not expected: {messages.get((rule, place, detail), '')}".rstrip(": ")
        for rule, place, detail in sorted(spoken - wanted)
    ]
    found += [note.message for note in result.info.notifications if note.internal]
    return found


def untrue(fixture: Fixture, rule: AnyRule, result: Result) -> list[str]:
    """Return how a fixture belies its name: a bad one makes its rule speak, a good one is decided, an unknown withheld."""
    tally = result.info.tallies[rule.id]
    quiet = rule.id in SILENT_BY_NATURE
    if fixture.kind == "bad":
        return [] if tally.finding else [f"{rule.id} does not speak on its own bad fixture"]
    found = [f"{rule.id} speaks on its own {fixture.kind} fixture"] if tally.finding else []
    if fixture.kind == "good":
        if tally.withheld:
            found.append(f"{rule.id} is withheld on its own good fixture")
        if not tally.good and not quiet:
            found.append(f"{rule.id} does not decide its own good fixture")
    elif not tally.withheld and not quiet:
        found.append(f"{rule.id} is not withheld on its own unknown fixture")
    return found


def unready(rule: AnyRule, fixtures: Sequence[Fixture]) -> list[str]:
    """Return what a rule lacks to be released: fixtures of all kinds, one in Terraform, and each section of its page."""
    own = [fixture for fixture in fixtures if fixture.rule_name == rule.name]
    found = [f"{rule.id} has no {kind}_* fixture" for kind in KINDS if not any(fixture.kind == kind for fixture in own)]
    if "terraform" in rule.formats and not any(
        fixture.kind == "bad" and "terraform" in fixture.path.name for fixture in own
    ):
        found.append(f"{rule.id} has no bad Terraform fixture")
    sections = rule.sections()
    found += [f"{rule.id} does not say '{heading}'" for heading in HEADINGS if len(sections.get(heading, "")) <= 20]
    if not rule.summary.endswith(".") or len(rule.summary) > 120:
        found.append(f"the summary of {rule.id} is not one sentence of at most 120 characters")
    return found


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(r"(?:#|//)\s*expect:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")


def _marked(fixture: Path, root: Path) -> Iterator[tuple[str, str, int]]:
    for path in sorted(one for one in fixture.rglob("*") if one.is_file()) if fixture.is_dir() else [fixture]:
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            for mark in _mark().finditer(line):
                for rule in mark[1].split(","):
                    yield rule.strip(), path.relative_to(root).as_posix(), number
