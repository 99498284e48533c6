"""Every rule over every fixture: exactly the marked lines speak, nothing else does.

A fixture is a file or a folder below ``fixtures/rules/<theme>/<rule>/``. ``bad_*`` mark each expected finding where it
stands, with ``# expect: FL101`` at the end of the line (several ids with commas); ``good_*`` and ``unknown_*`` expect none
of their own rule. JSON has no comments: a sibling ``<name>.expect.json`` lists ``{rule, resource, property}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from faaslint import api
from faaslint.check.registry import load_packs

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "rules"
MARK = re.compile(r"(?:#|//)\s*expect:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")
AS_OF = date(2026, 11, 21)
RULES = load_packs()
KINDS = ("bad", "good", "unknown")


def fixture_folders() -> Iterator[Path]:
    yield from sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())


def fixtures() -> Iterator[Path]:
    for folder in fixture_folders():
        for path in sorted(folder.iterdir()):
            if path.name.split("_")[0] in KINDS and not path.name.endswith(".expect.json"):
                yield path


def files_of(fixture: Path) -> Iterator[Path]:
    if fixture.is_dir():
        yield from sorted(path for path in fixture.rglob("*") if path.is_file())
    else:
        yield fixture


def marked(fixture: Path) -> set[tuple[str, str, int]]:
    found: set[tuple[str, str, int]] = set()
    for path in files_of(fixture):
        text = path.read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            for mark in MARK.finditer(line):
                found |= {(rule.strip(), path.relative_to(ROOT).as_posix(), number) for rule in mark[1].split(",")}
    return found


def run(fixture: Path, **settings: object) -> api.Result:
    request = api.Request(
        paths=(fixture.relative_to(ROOT).as_posix(),),
        folder=ROOT,
        as_of=AS_OF,
        profile="strict",
        **settings,  # type: ignore[arg-type]
    )
    return api.check(request)


def own_rule(fixture: Path) -> str:
    name = fixture.parent.name.replace("_", "-")
    return next(rule.id for rule in RULES if rule.name == name)


@pytest.mark.parametrize("fixture", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in fixtures()])
def test_exactly_the_marked_lines_speak(fixture: Path) -> None:
    result = run(fixture)
    expect = fixture.with_name(fixture.name + ".expect.json")
    if expect.exists():
        wanted = {(one["rule"], one["resource"], one["property"]) for one in json.loads(expect.read_text())}
        assert {(one.rule, one.resource, one.property) for one in result.findings} == wanted
    else:
        spoken = {(one.rule, one.span.path, one.span.line) for one in result.findings}
        assert spoken == marked(fixture), "\n".join(f"{one.rule} {one.span.line}: {one.message}" for one in result.findings)
    assert not [note for note in result.info.notifications if note.internal]


@pytest.mark.parametrize("fixture", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in fixtures()])
def test_a_fixture_shows_what_its_name_says(fixture: Path) -> None:
    """A bad one makes its own rule speak, a good one is decided, an unknown one is withheld."""
    rule = own_rule(fixture)
    tally = run(fixture).info.tallies[rule]
    kind = fixture.name.split("_")[0]
    if kind == "bad":
        assert tally.finding > 0
    elif kind == "good":
        assert tally.finding == 0
        assert tally.good > 0 or rule in ("FL001", "FL002")
        assert tally.withheld == 0
    else:
        assert tally.finding == 0
        assert tally.withheld > 0 or rule in ("FL001", "FL002")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_all_three_kinds_of_fixture_in_its_formats(rule: object) -> None:
    name = rule.name.replace("-", "_")  # type: ignore[attr-defined]
    folder = next((path for path in fixture_folders() if path.name == name), None)
    assert folder is not None, f"no fixtures for {name}"
    names = [path.name for path in folder.iterdir()]
    for kind in KINDS:
        assert any(found.startswith(f"{kind}_") for found in names), f"{name} has no {kind}_* fixture"
    if "terraform" in rule.formats:  # type: ignore[attr-defined]
        assert any("terraform" in found for found in names if found.startswith("bad_")), f"{name}: no Terraform fixture"
