"""Expressions and functions of Terraform: the evaluator against what ``terraform console`` answers.

The recorded answers are always compared. Where ``terraform`` is installed, it is asked again (one run, no provider), so that
the record is known to be what it says.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faaslint.load.terraform.functions import FUNCTIONS, SPECIAL_FORMS, UNKNOWN_FUNCTIONS

from .terraform_corpus import NotKnown, corpus, evaluated, recorded, same

TOOL = Path(__file__).parents[2] / "tools" / "record_terraform_answers.py"

NOT_WORKED_OUT = {
    "1 % 0": "Terraform's answer, 1, is a slip of its own",
    "can(1 / 0)": "infinity is no value here",
    "alltrue([null])": "a null is neither true nor false",
    'base64gzip("")': "its bytes depend on the compressor",
    'length("👍🏽")': "characters of several code points are not counted",
    'regex("\\\\p{L}+", "12äbc")': "Unicode classes are not translated",
    'tolist(["a"]) == ["a"]': "lists and tuples are not told apart",
    'try(file("missing.txt"), "absent")': "a file that is not there now may be built before Terraform runs",
    "terraform.workspace": "it is chosen when Terraform runs, and said by --workspace",
}
"""Where Terraform has an answer and the evaluator says that it has none."""

DIFFERENT = {
    'tolist([[1], ["a"]])': "one type is given to the elements, not to what is inside them",
    'tomap({ a = [1], b = ["x"] })': "the same",
    'true ? 1 : "a"': "the branches of a conditional keep their own types",
    'true ? [1] : ["a", "b"]': "the same",
    "yamldecode(\"- 1\\n- 0x1F\\n- 1_000\\n- 1e3\\n- .5\\n- ~\\n- null\\n- 'null'\")": "YAML is read as AWS reads it: YAML 1.1",
    'yamldecode("2020-01-01")': "a date in YAML stays the text that it is",
}
"""Where the answers differ, and why that does no harm."""

NOT_REFUSED = {
    "contains([null], null)": "null is compared like other values",
    'yamldecode("")': "an empty document is null",
}
"""Where Terraform refuses an expression and the evaluator has an answer."""


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return evaluated(corpus())


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    answers = recorded()["answers"]
    assert isinstance(answers, dict)
    return answers


def test_the_record_covers_the_corpus(theirs: dict[str, Any]) -> None:
    assert list(theirs) == corpus(), "run tools/record_terraform_answers.py"
    assert len(theirs) >= 300


def test_every_known_answer_is_terraforms(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = {
        each: (ours[each], answer["value"])
        for each, answer in theirs.items()
        if "value" in answer and not isinstance(ours[each], NotKnown) and not same(ours[each], answer["value"])
    }
    assert found.keys() == DIFFERENT.keys(), found


def test_what_terraform_knows_is_worked_out(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = {
        each: (ours[each].why, answer["value"])
        for each, answer in theirs.items()
        if "value" in answer and isinstance(ours[each], NotKnown)
    }
    assert found.keys() == NOT_WORKED_OUT.keys(), found


def test_what_terraform_refuses_has_no_answer(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = {
        each: ours[each] for each, answer in theirs.items() if "fails" in answer and not isinstance(ours[each], NotKnown)
    }
    assert found.keys() == NOT_REFUSED.keys(), found


def test_nothing_fails_that_terraform_works_out(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """A value that fails makes ``try`` and ``can`` go another way; one that is only not known does not."""
    found = {
        each: ours[each].why
        for each, answer in theirs.items()
        if "value" in answer and isinstance(ours[each], NotKnown) and ours[each].fails
    }
    assert not found


def test_every_function_of_terraform_is_worked_out_or_unknown_for_a_reason(theirs: dict[str, Any]) -> None:
    names = set(recorded()["functions"])
    assert len(names) > 100
    assert names <= FUNCTIONS | SPECIAL_FORMS.keys()
    # What is unknown on purpose is asked for nowhere else, and has its reason.
    assert set(UNKNOWN_FUNCTIONS) <= names
    assert all(UNKNOWN_FUNCTIONS.values())
    asked = " ".join(theirs)
    # An absolute path is another one on each machine.
    assert [name for name in names - UNKNOWN_FUNCTIONS.keys() if f"{name}(" not in asked] == ["abspath"]


def test_the_record_is_what_terraform_says_now() -> None:
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True)
    if done.returncode == 3:
        pytest.skip("terraform is not installed: only its recorded answers were compared")
    assert done.returncode == 0, done.stdout + done.stderr
