"""Styled text for a terminal. The only module that imports rich."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from rich.color import ColorSystem
from rich.style import Style


def coloured(pieces: Iterable[tuple[str, str]]) -> str:
    """Return pieces of (text, style) as one line with ANSI escape sequences.

    The sixteen standard colours are used, since those follow the user's own theme.
    """
    return "".join(
        _style(style).render(text, color_system=ColorSystem.STANDARD) if style and text else text for text, style in pieces
    )


@cache
def _style(words: str) -> Style:
    return Style.parse(words)
