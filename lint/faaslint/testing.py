"""Testing a rule pack on its fixtures, for the built-in pack and any other.

A fixture is a file or a folder ``<fixtures>/<theme>/<rule_name>/<kind>_<words>``. ``bad_*`` mark each expected finding
where it stands, with ``# expect: FL101`` at the end of the line (several ids with commas; ``FL101/warning`` where the
level matters); ``good_*`` and ``unknown_*`` expect none of their own rule. JSON has no comments: a sibling
``<name>.expect.json`` lists ``{rule, resource, property}``, each with a ``level`` where it matters.
Every rule runs on every fixture, under the strict profile, and exactly the marked lines may speak. The opinions of that
profile (a rule for each habit that some teams have) may speak unmarked on the fixtures of other rules.

``fixed_<words>`` is what mending the findings of the fixture's own rule, the unsafe ones too, makes of ``bad_<words>``;
marks don't count in it.
"""

from __future__ import annotations

import difflib
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from .api import Request, Result, check
from .check.rule import HEADINGS, AnyRule
from .fix import ROUNDS, plan, write
from .model.finding import Finding, Level

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
    wanted: dict[tuple[str, str, str], str]
    spoken: dict[tuple[str, str, str], Finding]
    if expectations.exists():
        listed = json.loads(expectations.read_text(encoding="utf-8"))
        wanted = {(one["rule"], one["resource"], one["property"]): one.get("level", "") for one in listed}
        spoken = {(one.rule, one.resource, one.property): one for one in result.findings}
    else:
        wanted = {(rule, path, str(line)): level for rule, level, path, line in _marked(fixture.path, root)}
        spoken = {(one.rule, one.span.path, str(one.span.line)): one for one in result.findings}
    opinions = {one.id for one in result.info.rules if one.profile == "strict" and one.name != fixture.rule_name}
    found = [
        f"{rule} was expected at {place}:{detail} and does not speak"
        for rule, place, detail in sorted(wanted.keys() - spoken.keys())
    ]
    found += [
        f"{rule} speaks at {place}:{detail} and is not expected: {spoken[rule, place, detail].message}"
        for rule, place, detail in sorted(spoken.keys() - wanted.keys())
        if rule not in opinions
    ]
    found += [
        f"{key[0]} speaks at {key[1]}:{key[2]} as {spoken[key].level.word}, where {level} was expected"
        for key, level in sorted(wanted.items())
        if level and key in spoken and spoken[key].level.word != level
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
    if rule.fixable and not any(
        fixture.path.with_name("fixed_" + fixture.path.name.partition("_")[2]).exists()
        for fixture in own
        if fixture.kind == "bad"
    ):
        found.append(f"{rule.id} has no fixed_* fixture, though it can mend")
    sections = rule.sections()
    found += [f"{rule.id} does not say '{heading}'" for heading in HEADINGS if len(sections.get(heading, "")) <= 20]
    if not rule.summary.endswith(".") or len(rule.summary) > 120:
        found.append(f"the summary of {rule.id} is not one sentence of at most 120 characters")
    return found


def mended(fixture: Fixture, root: Path, packs: Sequence[str] = ()) -> list[str]:
    """Return how mending a bad fixture differs from its ``fixed_*`` twin: nothing where there is no twin, or no difference.

    Some findings of its rule are gone then, and nothing is said that was not said before.
    """
    twin = fixture.path.with_name("fixed_" + fixture.path.name.partition("_")[2])
    if fixture.kind != "bad" or not twin.exists():
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        _unmarked(fixture.path, copy / "input")
        _unmarked(twin, copy / "wanted")
        name = fixture.path.name if fixture.path.is_file() else "input"
        if fixture.path.is_file():
            (copy / "input").rename(copy / name)
        request = Request(paths=(name,), folder=copy, as_of=AS_OF, profile="strict", packs=tuple(packs))
        before = after = check(request)
        found: list[str] = []
        own = [one for one in before.findings if one.name == fixture.rule_name]
        for _ in range(ROUNDS):
            mendable = [one for one in after.findings if one.name == fixture.rule_name]
            changes = plan(mendable, lambda path: (copy / path).read_text(encoding="utf-8"), unsafe=True)
            if not changes:
                break
            found += write(changes, copy)
            after = check(request)
        if fixture.path.is_file():
            (copy / name).rename(copy / "input")
        found += _unlike(copy / "input", copy / "wanted")
        spoken = {(one.rule, one.resource, one.message) for one in before.findings}
        found += [
            f"after mending, {one.rule} speaks: {one.message}"
            for one in after.findings
            if (one.rule, one.resource, one.message) not in spoken
        ]
        if sum(one.name == fixture.rule_name for one in after.findings) >= len(own):
            found.append("mending left as many findings of the rule as there were")
    return found


def _unmarked(source: Path, target: Path) -> None:
    for path in sorted(one for one in source.rglob("*") if one.is_file()) if source.is_dir() else [source]:
        place = target / path.relative_to(source) if source.is_dir() else target
        place.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        place.write_text(re.sub(r"[ \t]*" + _mark().pattern, "", text), encoding="utf-8")


def _unlike(made: Path, wanted: Path) -> list[str]:
    if made.is_file():
        pairs = [(made, wanted)]
    else:
        pairs = [(path, wanted / path.relative_to(made)) for path in sorted(made.rglob("*")) if path.is_file()]
    found: list[str] = []
    for path, other in pairs:
        left, right = (one.read_text(encoding="utf-8").splitlines() for one in (path, other))
        found += difflib.unified_diff(right, left, "wanted", "made", lineterm="", n=1)
    return found


@cache
def _mark() -> re.Pattern[str]:
    one = r"[A-Z]+\d+(?:/(?:error|warning|note))?"
    return re.compile(rf"(?:#|//)\s*expect:\s*({one}(?:\s*,\s*{one})*)")


def _marked(fixture: Path, root: Path) -> Iterator[tuple[str, str, str, int]]:
    for path in sorted(one for one in fixture.rglob("*") if one.is_file()) if fixture.is_dir() else [fixture]:
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            for mark in _mark().finditer(line):
                for expected in mark[1].split(","):
                    rule, _, level = expected.strip().partition("/")
                    yield rule, level, path.relative_to(root).as_posix(), number


def sharing_a_cause(findings: Sequence[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Yield the pairs of errors of one project that a reader would mend by one change: one of them is too many.

    They stand at one place, or two rules speak of one property of one resource. Places in the same handler source are told
    apart by their lines, as their property is the handler for all of them.
    """
    errors = [one for one in findings if one.level is Level.ERROR and one.suppressed is None]
    by_place: dict[tuple[object, ...], list[Finding]] = {}
    for one in errors:
        by_place.setdefault((one.project, one.span), []).append(one)
        if one.property and one.property.lower() != "handler":
            for resource in one.resources:
                by_place.setdefault((one.project, resource, one.property), []).append(one)
    seen: set[tuple[int, int]] = set()
    for together in by_place.values():
        for place, first in enumerate(together):
            for second in together[place + 1 :]:
                pair = (id(first), id(second))
                if pair not in seen and (first.rule != second.rule or first.span == second.span):
                    seen.add(pair)
                    yield first, second
