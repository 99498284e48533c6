"""Texts that are credentials by their format."""

from __future__ import annotations

import re
from functools import cache

from .store import document


@cache
def _formats() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(one["pattern"]), one["name"]) for one in document("credentials")["formats"])


@cache
def _password_in_url() -> re.Pattern[str]:
    return re.compile(document("credentials")["password_in_url"]["pattern"], re.IGNORECASE)


@cache
def _password_in_parameters() -> re.Pattern[str]:
    return re.compile(document("credentials")["password_in_parameters"]["pattern"], re.IGNORECASE)


def credential_in(text: str) -> str | None:
    """Return what kind of credential a text holds (``an AWS access key``), None where it holds none by its format.

    A NUL character stands for a part that is not known; what it touches is no credential that anyone wrote down.
    """
    for pattern, name in _formats():
        if pattern.search(text):
            return name
    for found in _password_in_url().finditer(text):
        _, _, password, host = found.groups()
        if not _is_placeholder(password) and host.lower() not in document("credentials")["local_hosts"]:
            return "a connection string with its password"
    for found in _password_in_parameters().finditer(text):
        if not _is_placeholder(found[1]):
            return "a connection string with its password"
    return None


def _is_placeholder(password: str) -> bool:
    lowered = password.lower()
    return (
        any(mark in password for mark in "\0$<>{}%*")
        or len(set(lowered)) <= 2
        or lowered.strip("_-") in document("credentials")["placeholders"]
        or lowered.startswith(("your", "my-", "my_", "xxx"))
    )
