"""Known ways in which granted actions become permissions that nobody granted."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .store import document

PASS_ROLE = "iam:PassRole"


class EscalationPath(NamedTuple):
    """Actions that together let a principal gain permissions.

    ``by`` is ``identity`` (it changes users, roles or policies), ``compute`` (it takes over what runs with another role) or
    ``passed-role`` (it starts something with a role of its choice: then ``actions`` begins with ``iam:PassRole``, and the
    path is open only for roles that may be passed).
    """

    actions: tuple[str, ...]
    by: str


@cache
def escalation_paths() -> tuple[EscalationPath, ...]:
    """Return every known path."""
    return tuple(EscalationPath(tuple(entry["actions"]), entry["by"]) for entry in document("escalation")["paths"])
