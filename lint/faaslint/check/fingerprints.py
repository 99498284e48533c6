"""What makes a finding the same finding tomorrow.

Two keys with two readers. GitHub compares alerts by a hash of the text around the first line (``line_hashes``, the
algorithm of its own upload action). Our own key (``fingerprint``) names the mistake and not the text, so an edit
elsewhere in the file, or even on the same line, does not make a new finding of an old one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

WINDOW: Final = 100
"""How many characters (UTF-16 code units, without blanks) one line's hash covers, from the line's beginning on."""

_BASE: Final = 37
_MASK: Final = (1 << 64) - 1
_END_OF_FILE: Final = "\uffff"
_NO_BLANKS: Final = {ord(" "): None, ord("\t"): None}


def line_hashes(text: str, lines: Collection[int] | None = None) -> dict[int, str]:
    """Return GitHub's ``primaryLocationLineHash`` of the asked lines (counted from 1; all of them for None).

    The value is the hash in hexadecimal, then ``:n`` where this is the nth line of the file with that hash. Lines that
    the text does not have are left out. The text is to be as it is in the file: line ends and all.
    """
    if lines is not None and not lines:
        return {}
    units = _squeezed(text)
    wanted = None if lines is None else frozenset(lines)
    last = None if wanted is None else max(wanted)
    hashes: dict[str, str] = {}
    counts: dict[str, int] = {}
    found: dict[int, str] = {}
    start = 0
    number = 0
    # Lines with equal windows have equal hashes, so windows are counted (a slice each) and only the asked ones are hashed.
    while start < len(units):
        number += 1
        if last is not None and number > last:
            break
        window = units[start : start + WINDOW]
        count = counts[window] = counts.get(window, 0) + 1
        if wanted is None or number in wanted:
            digest = hashes.get(window)
            if digest is None:
                digest = hashes[window] = _hash(window)
            found[number] = f"{digest}:{count}"
        end = units.find("\n", start)
        if end < 0:
            break
        start = end + 1
    return found


def fingerprint(rule: str, path: str, resource: str, property_path: str, occurrence: int = 1) -> str:
    """Return our own key of a finding: SHA-256 over who says what of which property, and ``:n`` for the nth such finding.

    Lines and texts take no part in it. ``path`` is POSIX and relative, ``resource`` the logical id or Terraform address.
    """
    from hashlib import sha256

    # Lengths go in, so that no two different quadruples make one text.
    told = "".join(f"{len(part)}:{part}," for part in (rule, path, resource, property_path))
    return f"{sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}:{occurrence}"


def _squeezed(text: str) -> str:
    """Return the text without blanks, every line end a line feed, every character one UTF-16 unit, end mark added."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_NO_BLANKS)
    if not text.isascii():
        text = re.sub("[\U00010000-\U0010ffff]", _as_surrogates, text)
    return text + _END_OF_FILE


def _as_surrogates(match: re.Match[str]) -> str:
    beyond = ord(match[0]) - 0x10000
    return chr(0xD800 + (beyond >> 10)) + chr(0xDC00 + (beyond & 0x3FF))


def _hash(window: str) -> str:
    value = 0
    for unit in window:
        value = value * _BASE + ord(unit)
    # Past the end of the file the window is filled with zeros.
    value *= _BASE ** (WINDOW - len(window))
    return format(value & _MASK, "x")
