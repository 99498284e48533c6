"""Processes that a handler starts: which programs surely call no AWS API."""

from __future__ import annotations

from typing import Final

from .domain import Abstract, External, Holder, each, texts_of
from .run import Arguments, Run
from .values import keys_of, take

_HARMLESS: Final = frozenset({
    "cat", "chmod", "cp", "date", "df", "du", "echo", "exiftool", "ffmpeg", "ffprobe", "file", "free", "gs", "gunzip",
    "gzip", "head", "hostname", "identify", "kill", "ldd", "ln", "ls", "magick", "mkdir", "mv", "nproc", "openssl", "pandoc",
    "pdftoppm", "pdftotext", "pip", "pip3", "ps", "pwd", "rm", "rmdir", "sleep", "soffice", "sort", "tail", "tar",
    "tesseract", "touch", "true", "uname", "unzip", "which", "whoami", "wkhtmltopdf", "xz", "zip",
})  # fmt: skip
"""Programs that do nothing with the function's credentials."""

_MODULES: Final = frozenset({"pip", "venv", "compileall", "zipfile"})
"""Modules of Python that are run as programs and do nothing with the function's credentials."""

_SHELL: Final = frozenset(";&|`$()<>\n\\\"'")
"""Characters with which a command line may start something else, or that are not taken apart here."""


def is_harmless_process(run: Run, arguments: Arguments) -> bool:
    """Return whether what starts a process names a program that surely calls no AWS API."""
    command = arguments.get(0, "args")
    if command is None:
        return False
    lines = texts_of(command)
    if lines is not None:
        return all(not _SHELL & set(line) and _harmless(line.split()) for line in lines)
    held = list(each(command))
    return bool(held) and all(isinstance(atom, Holder) and _harmless(_words(run, atom)) for atom in held)


def _words(run: Run, command: Holder) -> list[str]:
    """Return the first words of a command that is given as a list, as far as they are known."""
    found: list[str] = []
    for index in range(min(len(keys_of(run, command)), 3)):
        word = _word(take(run, command, f"#{index}"))
        if word is None:
            break
        found.append(word)
    return found


def _word(value: Abstract) -> str | None:
    if value == frozenset({External("sys.executable")}):
        return "python"
    texts = texts_of(value)
    return next(iter(texts)) if texts is not None and len(texts) == 1 else None


def _harmless(words: list[str]) -> bool:
    program = words[0].rpartition("/")[2] if words else ""
    if program in ("python", "python3"):
        return len(words) > 2 and words[1] == "-m" and words[2] in _MODULES
    return program in _HARMLESS
