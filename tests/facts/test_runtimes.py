"""The lifecycle of runtimes, on the day that the question is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from faaslint.facts.runtimes import RuntimeStatus, all_runtimes, is_newer, nearest, runtime, status, successor

TODAY = date(2026, 11, 21)


def test_a_runtime_is_supported_until_the_day_of_its_deprecation() -> None:
    fact = runtime("python3.11")
    assert fact is not None
    assert fact.deprecation is not None
    assert status("python3.11", fact.deprecation - timedelta(days=1)) is RuntimeStatus.SUPPORTED
    assert status("python3.11", fact.deprecation) is RuntimeStatus.DEPRECATED


def test_blocks_follow_deprecation() -> None:
    assert status("python3.9", TODAY) is RuntimeStatus.DEPRECATED
    assert status("python3.9", date(2027, 2, 1)) is RuntimeStatus.CREATE_BLOCKED
    assert status("python3.9", date(2027, 3, 3)) is RuntimeStatus.UPDATE_BLOCKED
    assert status("python3.7", TODAY) is RuntimeStatus.CREATE_BLOCKED
    assert status("nodejs6.10", TODAY) is RuntimeStatus.UPDATE_BLOCKED


def test_nothing_is_said_of_an_unknown_runtime() -> None:
    assert runtime("cobol1.0") is None
    assert status("cobol1.0", TODAY) is None
    assert nearest("cobol1.0") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Python3.12", "python3.12"),
        ("python312", "python3.12"),
        ("nodejs22", "nodejs22.x"),
        ("nodjs20.x", "nodejs20.x"),
        ("java-21", "java21"),
    ],
)
def test_a_misspelt_runtime_has_a_suggestion(written: str, meant: str) -> None:
    assert nearest(written) == meant


@pytest.mark.parametrize(
    ("identifier", "newer"),
    [
        ("python3.16", True),
        ("nodejs28.x", True),
        ("java26", True),
        ("python3.12", False),
        ("python3.5", False),
        ("nodejs28", False),
        ("python", False),
        ("cobol9", False),
        ("python3." + "9" * 5000, False),
    ],
)
def test_a_known_family_with_a_higher_number_may_be_newer_than_the_data(identifier: str, newer: bool) -> None:
    assert is_newer(identifier) is newer


def test_a_successor_is_supported_itself() -> None:
    assert successor("python3.9", TODAY) == "python3.14"
    assert successor("python3.9", date(2031, 1, 1)) is None


@pytest.mark.parametrize("fact", all_runtimes().values(), ids=lambda fact: fact.identifier)
def test_every_entry_is_consistent(fact: object) -> None:
    known = all_runtimes()
    assert fact in known.values()
    entry = next(each for each in known.values() if each is fact)
    assert entry.source
    assert entry.architectures
    assert entry.successor is None or entry.successor in known
    if entry.block_create and entry.block_update:
        assert entry.block_create <= entry.block_update
    assert not entry.edge_supported or entry.edge_language
