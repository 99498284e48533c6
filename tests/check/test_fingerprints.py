"""The two keys by which a finding is known again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.check.fingerprints import fingerprint, line_hashes

PUBLISHED = [
    pytest.param("", ["c129715d7a2bc9a3:1"], id="an empty file is one line"),
    pytest.param(
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        id="blanks take no part",
    ),
]


@pytest.mark.parametrize(("text", "hashes"), PUBLISHED)
def test_the_hashes_that_github_publishes(text: str, hashes: list[str]) -> None:
    assert list(line_hashes(text).values()) == hashes


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["windows", "old mac"])
def test_line_ends_take_no_part(end: str) -> None:
    text = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"
    assert line_hashes(text.replace("\n", end)) == line_hashes(text)


def test_the_same_text_twice_is_counted() -> None:
    first, second = (line_hashes("a\n" * 300)[number] for number in (1, 2))
    assert first.split(":")[0] == second.split(":")[0]
    assert (first.split(":")[1], second.split(":")[1]) == ("1", "2")


def test_only_the_asked_lines_are_given_and_lines_past_the_end_are_left_out() -> None:
    text = "a\nb\nc\n"
    assert line_hashes(text, {2, 99}) == {2: line_hashes(text)[2]}
    assert line_hashes(text, ()) == {}


def reference(text: str) -> list[str]:
    """The algorithm in its published form: a rolling window over UTF-16 code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(encoded[index : index + 2], "little") for index in range(0, len(encoded), 2)]
    window = [0] * 100
    waiting: list[int | None] = [None] * 100
    value, index, counts, found = 0, 0, dict[str, int](), list[str]()
    line_start, after_return = True, False

    def tell() -> None:
        digest = format(value % 2**64, "x")
        counts[digest] = counts.get(digest, 0) + 1
        found.append(f"{digest}:{counts[digest]}")
        waiting[index] = None

    def roll(unit: int) -> None:
        nonlocal value, index
        value = value * 37 + unit - window[index] * 37**100
        window[index] = unit
        index = (index + 1) % 100

    for unit in [*units, 65535]:
        if unit in (32, 9) or (after_return and unit == 10):
            after_return = False
            continue
        after_return = unit == 13
        unit = 10 if unit == 13 else unit
        if waiting[index] is not None:
            tell()
        if line_start:
            line_start, waiting[index] = False, 1
        line_start = unit == 10
        roll(unit)
    for _ in range(100):
        if waiting[index] is not None:
            tell()
        roll(0)
    return found


@given(st.text(alphabet="ab \t\r\né\U0001f600", max_size=260))
def test_every_text_hashes_as_the_published_algorithm_says(text: str) -> None:
    assert list(line_hashes(text).values()) == reference(text)


def test_our_own_key_names_the_mistake_and_tells_its_parts_apart() -> None:
    key = fingerprint("FL302", "template.yaml", "Orders", "Policies")
    assert key == fingerprint("FL302", "template.yaml", "Orders", "Policies", 1)
    assert key.endswith(":1")
    assert (
        len(
            {
                key,
                fingerprint("FL302", "template.yaml", "Orders", "Policies", 2),
                fingerprint("FL302", "template.yaml", "OrdersPolicies", ""),
                fingerprint("FL302", "template.yaml", "", "OrdersPolicies"),
                fingerprint("FL303", "template.yaml", "Orders", "Policies"),
            }
        )
        == 5
    )


def test_our_own_key_stays_what_it_was_when_it_was_published() -> None:
    assert fingerprint("FL101", "template.yaml", "Orders", "MemorySize") == "15c5c0228d23b63c83b78f1da6dd23fd:1"


def test_a_path_with_undecodable_bytes_has_a_key() -> None:
    assert fingerprint("FL001", "bad\udcff.yaml", "", "").endswith(":1")
