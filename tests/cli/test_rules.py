"""``faaslint rules`` and ``faaslint explain``."""

from __future__ import annotations

import json

import pytest

from faaslint.check.registry import load_packs
from faaslint.cli import main

RULES = load_packs()


def test_every_rule_has_a_line_with_its_level_and_what_sets_it_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == [rule.id for rule in RULES]
    for rule in RULES:
        assert rule.level.word in lines[rule.id]
        assert ("strict" in lines[rule.id].rpartition("(")[2]) == (rule.profile == "strict"), rule.id
        assert ("--fix" in lines[rule.id].rpartition("(")[2]) == rule.fixable, rule.id


def test_the_catalogue_is_there_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [rule.id for rule in RULES]
    assert [one["id"] for one in listed if one["fixable"]] == [rule.id for rule in RULES if rule.fixable]
    assert all(one["summary"] and one["sections"]["How to fix"] for one in listed)


@pytest.mark.parametrize("word", ["FL503", "fl503", "visibility-timeout-too-short"])
def test_a_rule_is_explained_by_its_id_or_name(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    told = capsys.readouterr().out
    assert "FL503 visibility-timeout-too-short" in told
    assert "How to fix" in told


def test_what_is_no_rule_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "FL999"]) == 2
    assert "FL999" in capsys.readouterr().err
