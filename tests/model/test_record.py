"""Records: classes of plain fields, as dataclasses would make them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.model.record import field, field_names, record, replace


@record
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False)


@record(frozen=False)
class Basket:
    fruits: list[str] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        self.opened += 1


@record(eq=False, kw_only=True)
class Animal:
    name: str
    legs: int = 4


@record(eq=False, kw_only=True)
class Bird(Animal):
    legs: int = 2
    wings: int = 2


@dataclasses.dataclass(frozen=True)
class Plain:
    x: int
    y: int = 0
    note: str = dataclasses.field(default="", compare=False)


def test_a_record_is_made_of_values_in_order_or_by_name() -> None:
    assert (Point(1, 2).x, Point(1, 2).y, Point(y=4, x=3).y, Point(5).y) == (1, 2, 4, 0)


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, "a", 4), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_what_is_no_field_is_refused_from_the_first_instance_on(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    @record
    class Fresh:
        x: int
        y: int = 0
        note: str = ""

    for _ in range(2):
        with pytest.raises(TypeError):
            Fresh(*values, **named)


@given(*[st.integers(0, 2)] * 4, *[st.sampled_from(["", "a"])] * 2)
def test_equality_and_hash_are_those_of_a_dataclass(a: int, b: int, c: int, d: int, e: str, f: str) -> None:
    same = Plain(a, b, e) == Plain(c, d, f)
    assert (Point(a, b, e) == Point(c, d, f)) is same
    if same:
        assert hash(Point(a, b, e)) == hash(Point(c, d, f))
    assert Point(a, b) != Plain(a, b)


def test_each_instance_gets_a_list_of_its_own_and_is_finished_once() -> None:
    first, second = Basket(), Basket()
    first.fruits.append("pear")
    assert (second.fruits, first.opened) == ([], 1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(first)


def test_a_derived_record_takes_the_fields_of_its_base_first() -> None:
    bird = Bird(name="heron")
    assert field_names(Bird) == ("name", "legs", "wings")
    assert (bird.name, bird.legs, bird.wings, Animal(name="cat").legs) == ("heron", 2, 2, 4)
    assert bird != Bird(name="heron")
    assert Bird(name="a").legs == 2
    with pytest.raises(TypeError):
        Bird("heron")  # type: ignore[misc]  # names only


def test_there_is_no_room_for_what_was_not_declared() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]  # that is what is tested


def test_a_changed_copy_leaves_the_original() -> None:
    first = Point(1, 2, "here")
    assert (replace(first, y=3), first.y, replace(first, y=3).note) == (Point(1, 3), 2, "here")
    with pytest.raises(TypeError):
        replace(first, z=1)


def test_a_record_shows_its_fields() -> None:
    assert repr(Point(1, 2)) == "Point(x=1, y=2, note='')"
