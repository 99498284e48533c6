"""Conditions: what folds, what stays free, and what excludes what."""

from __future__ import annotations

from faaslint.model.guard import ALWAYS, NEVER, Guard
from faaslint.model.value import Choice, Known

from ..loading import load, problems, resource, shown, value

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Free: {Type: String}
  Colour: {Type: String, Default: red, AllowedValues: [red, green, blue]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Equals [test, !Ref Stage]
  Either: !Or [!Condition IsProd, !Condition IsTest]
  Neither: !Not [{Condition: Either}]
  Both: !And [!Condition IsProd, !Condition IsTest]
  Literal: !Equals [a, a]
  SameFree: !Equals [!Ref Free, !Ref Free]
  TwoFree: !Equals [!Ref Free, !Ref Stage]
  Built: !Equals [!Sub "${Stage}-x", prod-x]
  Green: !Equals [!Ref Colour, green]
  Blue: !Equals [!Ref Colour, blue]
  Red: !Equals [!Ref Colour, red]
  Purple: !Equals [!Ref Colour, purple]
Resources:
"""


def guards(names: str, parameters: dict[str, str] | None = None) -> list[Guard]:
    body = "".join(f"  R{name}:\n    Type: AWS::X::Y\n    Condition: {name}\n" for name in names.split())
    loaded = load(TEMPLATE + body, parameters)
    assert loaded.problems == []
    found = {one.address: one.guard for one in loaded.resources}
    return [found.get(f"R{name}", NEVER) for name in names.split()]


def test_a_default_leaves_a_condition_free() -> None:
    (guard,) = guards("IsProd")
    assert guard not in (ALWAYS, NEVER)
    assert guard.label == "IsProd"


def test_a_given_parameter_decides_a_condition() -> None:
    assert guards("IsProd IsTest Either", {"Stage": "prod"}) == [ALWAYS, NEVER, ALWAYS]


def test_a_resource_whose_condition_never_holds_is_not_there() -> None:
    loaded = load(TEMPLATE + "  R:\n    Type: AWS::X::Y\n    Condition: IsProd\n", {"Stage": "dev"})
    assert loaded.resources == []


def test_one_parameter_has_one_value_at_a_time() -> None:
    both, neither, prod, test = guards("Both Neither IsProd IsTest")
    assert not both.satisfiable()
    assert (neither & ~prod & ~test).satisfiable()
    assert not (neither & prod).satisfiable()


def test_the_last_allowed_value_holds_where_no_other_does() -> None:
    red, green, blue, purple = guards("Red Green Blue Purple")
    assert purple == NEVER
    assert not (~red & ~green & ~blue).satisfiable()
    assert not (red & blue).satisfiable()


def test_what_is_equal_without_being_known_folds() -> None:
    literal, same, two = guards("Literal SameFree TwoFree")
    assert (literal, same) == (ALWAYS, ALWAYS)
    assert two not in (ALWAYS, NEVER)


def test_a_built_text_is_compared_as_it_is_written() -> None:
    built, prod = guards("Built IsProd")
    assert built not in (ALWAYS, NEVER, prod)


def test_exclusive_conditions_leave_no_impossible_branch() -> None:
    loaded = load(TEMPLATE + "  R:\n    Type: AWS::X::Y\n    Properties:\n      P: !If [IsProd, 1, !If [IsProd, 2, 3]]\n")
    assert shown(value(loaded, "R", "P")) == {"IsProd": 1, "not IsProd": 3}


def test_equal_branches_are_one() -> None:
    loaded = load(
        TEMPLATE
        + "  R:\n    Type: AWS::X::Y\n    Properties:\n      P: !If [IsProd, 1, 1]\n      Q: !If [IsProd, 1, true]\n"
    )
    assert value(loaded, "R", "P") == Known(1)
    assert isinstance(value(loaded, "R", "Q"), Choice)


def test_a_condition_that_depends_on_itself_is_a_problem() -> None:
    loaded = load(
        "Conditions:\n  A: !Condition B\n  B: !Not [!Condition A]\nResources:\n  R: {Type: AWS::X::Y, Condition: A}\n"
    )
    assert problems(loaded) == [(2, "the condition 'A' depends on itself")]
    assert len(loaded.resources) == 1


def test_what_is_no_condition_is_a_problem() -> None:
    loaded = load("Conditions:\n  A: [x]\n  B: !Condition Nope\nResources:\n  R: {Type: AWS::X::Y, Condition: A}\n")
    assert [line for line, _ in problems(loaded)] == [2, 3]


def test_a_long_chain_of_conditions_is_read() -> None:
    chain = "".join(f"  C{number}: !Not [!Condition C{number + 1}]\n" for number in range(5000))
    loaded = load(f"Conditions:\n{chain}  C5000: !Equals [a, a]\nResources:\n  R: {{Type: AWS::X::Y, Condition: C5000}}\n")
    assert resource(loaded, "R").guard == ALWAYS


def test_conditions_that_combine_beyond_counting_stay_one_unknown() -> None:
    pairs = range(24)
    parameters = "".join(f"  A{n}: {{Type: String}}\n  Z{n}: {{Type: String}}\n" for n in pairs)
    tests = "".join(f"  CA{n}: !Equals [!Ref A{n}, x]\n  CZ{n}: !Equals [!Ref Z{n}, x]\n" for n in pairs)
    # One side's atoms all sort before the other's, which makes the diagram of this formula exponential.
    pairing = ", ".join(f"!And [!Condition CA{n}, !Condition CZ{n}]" for n in pairs)
    loaded = load(
        f"Parameters:\n{parameters}Conditions:\n{tests}  All: !Or [{pairing}]\nResources:\n"
        "  R: {Type: AWS::X::Y, Condition: All}\n"
    )
    assert resource(loaded, "R").guard.label == "All"


def test_every_one_of_many_allowed_values_is_followed() -> None:
    sizes = ", ".join(str(size) for size in range(64, 64 + 40 * 64, 64))
    loaded = load(
        f"Parameters:\n  Size: {{Type: Number, AllowedValues: [{sizes}]}}\nResources:\n"
        "  R: {Type: AWS::X::Y, Properties: {P: !Ref Size}}\n"
    )
    found = shown(value(loaded, "R", "P"))
    assert len(found) == 40
    assert found["Size == '64'"] == 64
