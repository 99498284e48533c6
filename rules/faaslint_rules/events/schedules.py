"""The expressions of schedules, as EventBridge reads them: what is wrong with one."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LONGEST: Final = 256
"""The longest expression (characters) that EventBridge takes."""


class Field(NamedTuple):
    """One field of a cron expression."""

    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()
    """The names that stand for its numbers, from the lowest on."""
    special: str = ""
    """The letters and signs that only this field knows."""


FIELDS: Final = (
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day of month", 1, 31, special="?LW"),
    Field("month", 1, 12, MONTHS),
    Field("day of week", 1, 7, DAYS, special="?L#"),
    Field("year", 1970, 2199),
)


class Problem(NamedTuple):
    """What is wrong with an expression, and the expression that was surely meant, if there is one."""

    words: str
    meant: str = ""


@cache
def _rate() -> re.Pattern[str]:
    return re.compile(r"rate\(\s*(\S+)\s+(\S+?)\s*\)")


def problem_of(expression: str, *, scheduler: bool = False) -> Problem | None:
    """Return what is wrong with a schedule expression, None for a good one.

    ``scheduler`` says that it is one of EventBridge Scheduler, which knows ``at()`` and takes any number of a unit.
    """
    if len(expression) > LONGEST:
        return Problem(f"it is longer than {LONGEST} characters")
    kinds = "rate(), cron() or at()" if scheduler else "rate() or cron()"
    if expression.startswith("rate(") and expression.endswith(")"):
        return _rate_problem(expression, scheduler)
    if expression.startswith("cron(") and expression.endswith(")"):
        return cron_problem(expression[5:-1])
    if expression.startswith("at(") and expression.endswith(")"):
        if not scheduler:
            return Problem("at() is for schedules of EventBridge Scheduler, not for rules")
        return _at_problem(expression[3:-1])
    return Problem(f"it is not of the form {kinds}")


def _rate_problem(expression: str, scheduler: bool) -> Problem | None:
    match = _rate().fullmatch(expression)
    if match is None:
        return Problem("rate() takes a number and a unit, as in rate(5 minutes)")
    number, unit = match.groups()
    if not (number.isascii() and number.isdigit()) or int(number) < 1:
        return Problem(f"the rate '{number}' is not a whole number above zero")
    if unit not in ("minute", "minutes", "hour", "hours", "day", "days"):
        return Problem(f"the unit '{unit}' is not minutes, hours or days")
    if scheduler or (int(number) == 1) is (not unit.endswith("s")):
        return None
    right = unit.removesuffix("s") if int(number) == 1 else unit + "s"
    return Problem(f"a rate of {number} has the unit '{right}'", f"rate({number} {right})")


def _at_problem(moment: str) -> Problem | None:
    wrong = Problem("at() takes a moment such as at(2030-01-31T12:00:00), without a zone")
    if len(moment) != len("2030-01-31T12:00:00"):
        return wrong
    try:
        datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return wrong
    return None


def cron_problem(text: str) -> Problem | None:
    """Return what is wrong with the six fields of a cron expression, None for good ones."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        return Problem(f"cron() takes six fields (minutes hours day-of-month month day-of-week year) and gets {len(parts)}")
    # EventBridge passes over empty elements: there are rules with "5," that run.
    parts = [part.strip(",") or part for part in parts]
    # It makes rules with a '?' for the hours too, although its console and its documentation call that invalid.
    if any(part == "?" for field, part in zip(FIELDS, parts, strict=True) if "?" not in field.special):
        return None
    for field, part in zip(FIELDS, parts, strict=True):
        wrong = next((one for one in part.split(",") if one and not _fits(field, one.upper(), part)), None)
        if wrong is not None:
            return Problem(f"'{wrong}' is no value for the {field.name}")
    if "?" not in (parts[2], parts[4]):
        return Problem("one of day-of-month and day-of-week has to be '?'")
    if parts[2] == parts[4]:
        return Problem("only one of day-of-month and day-of-week may be '?'")
    return None


def _fits(field: Field, one: str, whole: str) -> bool:
    """Return whether one element of a field's list is something that the field knows."""
    if one == "?":
        return "?" in field.special and whole == "?"
    base, slash, step = one.partition("/")
    if slash and not (step.isascii() and step.isdigit()):
        return False
    if slash and base in ("", "*"):
        return True
    if base == "*":
        return True
    first, dash, last = base.partition("-")
    if dash and first != "L":
        return _number(field, first) and _number(field, last)
    return _number(field, base) or _special(field, base)


def _special(field: Field, text: str) -> bool:
    if "W" in field.special and text.endswith("W"):
        return text == "LW" or _number(field, text[:-1])
    if "#" in field.special and "#" in text:
        day, _, week = text.partition("#")
        return _number(field, day) and week in ("1", "2", "3", "4", "5")
    if "L" in field.special:
        first, _, before = text.partition("-")
        if first == "L":
            return not before or (before.isascii() and before.isdigit())
        return field.words == DAYS and text.endswith("L") and _number(field, text[:-1])
    return False


def _number(field: Field, text: str) -> bool:
    # Only the first three letters count: there are schedules on "THUR" that run.
    if text.isalpha() and text[:3] in field.words:
        return True
    return text.isascii() and text.isdigit() and len(text) <= 4 and field.lowest <= int(text) <= field.highest
