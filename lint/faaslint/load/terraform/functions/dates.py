"""Dates: only those that the configuration itself spells; the present moment is known to nobody here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final

from ....model.span import Span
from ....model.value import Leaf
from ..leaves import known, text_of
from .failure import Fails

_RFC3339: Final = r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))"
_TOKEN: Final = r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+"
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)"
_MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - shorter so
)
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _moment(text: str) -> datetime:
    match = re.fullmatch(_RFC3339, text)
    if match is None:
        raise Fails(f"'{text[:40]}' is not a timestamp")
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        micro = int((fraction or "0").ljust(6, "0")[:6])
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, zone)
    except ValueError:
        raise Fails(f"'{text[:40]}' is not a timestamp") from None


def _offset(moment: datetime, colon: bool) -> str:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    return f"{sign}{seconds // 3600:02d}{':' if colon else ''}{seconds % 3600 // 60:02d}"


def _shown(moment: datetime) -> str:
    text = f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}T{moment:%H:%M:%S}"
    return text + ("Z" if not moment.utcoffset() else _offset(moment, True))


def _part(letters: str, moment: datetime) -> str | None:
    twelve = moment.hour % 12 or 12
    utc = not moment.utcoffset()
    parts: dict[str, Callable[[], str]] = {
        "YY": lambda: f"{moment.year % 100:02d}",
        "YYYY": lambda: f"{moment.year:04d}",
        "M": lambda: str(moment.month),
        "MM": lambda: f"{moment.month:02d}",
        "MMM": lambda: _MONTHS[moment.month - 1][:3],
        "MMMM": lambda: _MONTHS[moment.month - 1],
        "D": lambda: str(moment.day),
        "DD": lambda: f"{moment.day:02d}",
        "EEE": lambda: _DAYS[moment.weekday()][:3],
        "EEEE": lambda: _DAYS[moment.weekday()],
        "h": lambda: str(moment.hour),
        "hh": lambda: f"{moment.hour:02d}",
        "H": lambda: str(twelve),
        "HH": lambda: f"{twelve:02d}",
        "AA": lambda: "AM" if moment.hour < 12 else "PM",
        "aa": lambda: "am" if moment.hour < 12 else "pm",
        "m": lambda: str(moment.minute),
        "mm": lambda: f"{moment.minute:02d}",
        "s": lambda: str(moment.second),
        "ss": lambda: f"{moment.second:02d}",
        "Z": lambda: "Z" if utc else _offset(moment, True),
        "ZZZ": lambda: "UTC" if utc else _offset(moment, False),
        "ZZZZ": lambda: _offset(moment, False),
        "ZZZZZ": lambda: _offset(moment, True),
    }
    part = parts.get(letters)
    return None if part is None else part()


def _formatdate(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    form, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if form is None or text is None or len(form) > 1000:
        return None
    moment = _moment(text)
    pieces: list[str] = []
    done = 0
    for match in re.finditer(_TOKEN, form):
        token = match.group()
        if match.start() != done:
            break
        done = match.end()
        if token.startswith("'"):
            pieces.append(token[1:-1].replace("''", "'"))
        elif match.group(1):
            part = _part(token, moment)
            if part is None:
                raise Fails(f"a date has no part '{token}'")
            pieces.append(part)
        else:
            pieces.append(token)
    if done != len(form):
        raise Fails("a quote in the format has no end")
    return known("".join(pieces), span, leaves)


def _timeadd(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text, duration = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if text is None or duration is None or len(duration) > 100:
        return None
    unsigned = duration.lstrip("+-") if duration[:1] in "+-" else duration
    if unsigned != "0" and re.fullmatch(f"(?:{_DURATION})+", unsigned) is None:
        raise Fails(f"'{duration}' is not a duration")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in re.findall(_DURATION, unsigned))
    try:
        moment = _moment(text) + timedelta(seconds=-seconds if duration.startswith("-") else seconds)
    except OverflowError:
        return None
    return known(_shown(moment), span, leaves)


def _timecmp(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    texts = [text_of(leaf) for leaf in leaves]
    if len(texts) != 2 or texts[0] is None or texts[1] is None:
        return None
    first, second = _moment(texts[0]), _moment(texts[1])
    return known((first > second) - (first < second), span, leaves)


DATE_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "formatdate": _formatdate,
    "timeadd": _timeadd,
    "timecmp": _timecmp,
}
