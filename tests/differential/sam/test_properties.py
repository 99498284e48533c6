"""What the page of properties says holds: every property is exercised, and rules are silent about the irrelevant ones."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from faaslint.check.registry import load_packs

ROOT = Path(__file__).parents[3]
FACTS = ROOT / "lint" / "faaslint" / "facts"

EXPLAINED = {
    "TenancyConfig": "a fact says that changing it replaces the function; no rule asks for it",
    "VersionDeletionPolicy": "a fact says what it is by default; no rule asks for it",
    "RetentionPolicy": "a fact says what it is by default; no rule asks for it",
    "CloudWatch": "the name of a service as well",
    "LogGroup": "a part of a function's LoggingConfig as well, of which the schema has no parts",
}
"""Irrelevant properties whose names occur in the facts all the same, and why."""


@pytest.fixture(scope="session")
def page() -> ModuleType:
    specification = importlib.util.spec_from_file_location("sam_properties", ROOT / "tools" / "sam_properties.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["sam_properties"] = module
    specification.loader.exec_module(module)
    return module


def irrelevant_names(page: ModuleType) -> set[str]:
    """Return the names of irrelevant properties that no modelled one bears, without plain words such as ``Description``."""
    verdicts = page.verdicts()
    modelled = {one.path[-1] for one, word in verdicts.items() if word == page.MODELLED}
    names = {one.path[-1] for one, word in verdicts.items() if word == page.IRRELEVANT} - modelled
    return {name for name in names if sum(letter.isupper() for letter in name) > 1}


def said(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def test_every_property_of_every_type_is_in_some_template(page: ModuleType) -> None:
    unseen = [one for one, word in page.verdicts().items() if word == page.UNSEEN]
    assert unseen == []
    assert len(page.verdicts()) > 800


@pytest.mark.parametrize(
    ("owner", "event", "name"),
    [
        ("Function", "", "Timeout"),
        ("Function", "", "Policies"),
        ("Function", "", "DeadLetterQueue.TargetArn"),
        ("Function", "", "FunctionUrlConfig.AuthType"),
        ("Function", "SQS", "BatchSize"),
        ("Function", "SQS", "Enabled"),
        ("Api", "", "Auth.DefaultAuthorizer"),
        ("StateMachine", "", "Definition"),
        ("Connector", "", "Permissions"),
    ],
)
def test_what_rules_rest_on_is_modelled(page: ModuleType, owner: str, event: str, name: str) -> None:
    verdict = {(one.owner, one.event, one.name): word for one, word in page.verdicts().items()}
    assert verdict[owner, event, name] == page.MODELLED


def test_no_rule_speaks_of_an_irrelevant_property(page: ModuleType) -> None:
    names = irrelevant_names(page)
    found = {(rule.id, name) for rule in load_packs() for name in names if said(name, rule.documentation)}
    assert found == set()


def test_no_fact_speaks_of_an_irrelevant_property(page: ModuleType) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FACTS.rglob("*.json")))
    found = {name for name in irrelevant_names(page) if said(name, text)}
    assert found == set(EXPLAINED)
