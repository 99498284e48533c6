"""Which plain YAML words are numbers, booleans or nulls, as CloudFormation reads them (YAML 1.1, without dates)."""

from __future__ import annotations

import math
import re
from typing import Final

_WORDS: Final[dict[str, bool | None]] = {
    spelling: value
    for words, value in (
        ("yes true on", True),
        ("no false off", False),
        ("null", None),
    )
    for word in words.split()
    for spelling in (word, word.capitalize(), word.upper())
} | {"~": None, "": None}

_INTEGER: Final = re.compile(
    r"([-+]?)(?:0b([01_]+)|0x([0-9a-fA-F_]+)|0([0-7_]+)|((?:0|[1-9][0-9_]*))|([1-9][0-9_]*(?::[0-5]?[0-9])+))\Z"
)
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?\Z|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?\Z")
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*\Z")

_NUMBER_STARTS: Final = frozenset("0123456789+-.")

_DIGITS: Final = 400
"""Longest number (characters): what is longer is no number that a template means."""


def plain_value(text: str) -> str | int | float | bool | None:
    """Return what an unquoted word means. Dates, infinities and NaN stay text: CloudFormation has no such values."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_STARTS and len(text) <= _DIGITS:
        number = _number(text)
        if number is not None:
            return number
    return text


def tagged_value(text: str, kind: str) -> str | int | float | bool | None:
    """Return what a word means under a standard tag (``!!int`` → ``int``); text where the tag does not fit it."""
    if kind == "null":
        return None
    if kind in ("bool", "int", "float"):
        value = plain_value(text)
        if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return value
    return text


def _number(text: str) -> int | float | None:
    match = _INTEGER.match(text)
    if match is not None:
        sign, binary, hexadecimal, octal, decimal, sixties = match.groups()
        magnitude: int | None
        if decimal is not None:
            magnitude = int(decimal.replace("_", ""))
        elif sixties is not None:
            magnitude = 0
            for digits in sixties.split(":"):
                magnitude = magnitude * 60 + int(digits.replace("_", ""))
        else:
            digits, base = (binary, 2) if binary else (hexadecimal, 16) if hexadecimal else (octal, 8)
            digits = digits.replace("_", "")
            magnitude = int(digits, base) if digits else None
        if magnitude is None:
            return None
        return -magnitude if sign == "-" else magnitude
    if _FLOAT.match(text) is not None:
        number = float(text.replace("_", ""))
        return number if math.isfinite(number) else None
    if _SEXAGESIMAL.match(text) is not None:
        total = 0.0
        unsigned = text.lstrip("+-").replace("_", "")
        for digits in unsigned.split(":"):
            total = total * 60 + float(digits)
        return -total if text.startswith("-") else total
    return None
