"""Large JSON documents of which only parts are wanted: the others are passed over, and no tree is made of them.

A tree with the place of every value takes fifty times the room of the text. Here a wanted part gets one place, that of its
beginning, and the decoder of the standard library, which is written in C, does the reading.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

from ..model.span import Span
from .json import EXPECTED
from .limits import NESTING
from .tree import Mapping, ParseFailure, Scalar, Sequence, Tree

_WORDS: Final = {None: "null", True: "true", False: "false"}
_BLANK: Final = re.compile(r"[ \t\n\r]*")


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


class Skim:
    """A place in a JSON text that moves forward.

    :meth:`members` and :meth:`items` walk over a mapping or list; in each turn exactly one of :meth:`skip`, :meth:`value`,
    :meth:`members` or :meth:`items` must be used up to its end. All raise ParseFailure where the text is no JSON.
    """

    def __init__(self, text: str, path: str, most_values: int) -> None:
        self._text = text
        self._path = path
        self._decoder = json.JSONDecoder(parse_constant=_refuse, strict=False)
        self._starts: list[int] | None = None
        self._left = most_values
        self._most = most_values
        self._keys: dict[str, Scalar] = {}
        self.place = _after_blanks(text, 0)

    def span(self) -> Span:
        """Return the place in the file."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        line = bisect_right(self._starts, self.place)
        column = self.place - self._starts[line - 1] + 1
        return Span(self._path, line, column, line, column + 1)

    def begins(self, mark: str) -> bool:
        """Return whether the value at this place begins with ``{`` or ``[``."""
        return self._text.startswith(mark, self.place)

    def members(self) -> Iterator[str]:
        """Yield the keys of the mapping at this place, each with the place at its value."""
        for _ in self._walk("{", "}"):
            key = self._decoded()
            if not isinstance(key, str):
                self._fail(EXPECTED["Expecting property name enclosed in double quotes"])
            self._pass(":", EXPECTED["Expecting ':' delimiter"])
            yield key

    def items(self) -> Iterator[int]:
        """Yield the numbers of the list's elements, each with the place at the element."""
        yield from self._walk("[", "]")

    def _walk(self, opening: str, closing: str) -> Iterator[int]:
        if not self.begins(opening):
            self._fail("a list or mapping was expected here")
        self.place = _after_blanks(self._text, self.place + 1)
        number = 0
        while not self.begins(closing):
            if number:
                self._pass(",", EXPECTED["Expecting ',' delimiter"])
            yield number
            number += 1
            self.place = _after_blanks(self._text, self.place)
        self.place = _after_blanks(self._text, self.place + 1)

    def _pass(self, mark: str, otherwise: str) -> None:
        if not self.begins(mark):
            self._fail(otherwise)
        self.place = _after_blanks(self._text, self.place + 1)

    def skip(self) -> None:
        """Go past the value at this place."""
        self._decoded()

    def value(self, kept: Callable[[object], object] | None = None) -> Tree:
        """Return the value at this place, all of its parts with its own place, and go past it.

        ``kept`` may return less than the decoded value that it is given.
        """
        where = self.span()
        content = self._decoded()
        return self._tree(content if kept is None else kept(content), where)

    def end(self) -> None:
        """Say that nothing but blanks may follow."""
        if self.place < len(self._text):
            self._fail(EXPECTED["Extra data"])

    def _decoded(self) -> object:
        try:
            content, end = self._decoder.raw_decode(self._text, self.place)
        except json.JSONDecodeError as error:
            self.place = error.pos
            self._fail(EXPECTED.get(error.msg, "this is not valid JSON"))
        except RecursionError:
            self._fail(f"lists and mappings are nested more than {NESTING} deep")
        except ValueError:
            self._fail("a value was expected here, as JSON writes it")
        self.place = _after_blanks(self._text, end)
        return content

    def _fail(self, message: str) -> NoReturn:
        raise ParseFailure(message, self.span())

    def _tree(self, content: object, where: Span) -> Tree:
        """Make a tree. Lists and mappings are filled level by level, so that no call is made inside another."""
        top = self._leaf(content, where)
        level: list[tuple[object, Tree]] = [(content, top)]
        for _ in range(NESTING + 1):
            below: list[tuple[object, Tree]] = []
            for value, made in level:
                if isinstance(made, Mapping) and isinstance(value, dict):
                    for name, entry in value.items():
                        inner = self._leaf(entry, where)
                        made.entries.append((self._key(name, where), inner))
                        if not isinstance(inner, Scalar):
                            below.append((entry, inner))
                elif isinstance(made, Sequence) and isinstance(value, list):
                    for entry in value:
                        inner = self._leaf(entry, where)
                        made.items.append(inner)
                        if not isinstance(inner, Scalar):
                            below.append((entry, inner))
            if not below:
                return top
            level = below
        raise ParseFailure(f"lists and mappings are nested more than {NESTING} deep", where)

    def _leaf(self, value: object, where: Span) -> Tree:
        self._left -= 1
        if self._left < 0:
            raise ParseFailure(f"the document has more than {self._most} values, which is past what is read", where)
        if isinstance(value, str):
            value = _text(value)
            return Scalar(value, where, value)
        if isinstance(value, dict):
            return Mapping([], where)
        if isinstance(value, list):
            return Sequence([], where)
        if value is None or isinstance(value, bool):
            return Scalar(value, where, _WORDS[value])
        if isinstance(value, int):
            return Scalar(value, where, str(value))
        assert isinstance(value, float)
        # A number past what a float holds is no number that a provider could mean.
        return Scalar(value if value - value == 0 else str(value), where, repr(value))

    def _key(self, name: str, where: Span) -> Scalar:
        known = self._keys.get(name)
        if known is None or known.span is not where:
            known = self._keys[name] = Scalar(_text(name), where)
        return known


def _after_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found is not None else place


def _text(value: str) -> str:
    """Half of a surrogate pair is legal JSON but no text: no report could be written with it."""
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
