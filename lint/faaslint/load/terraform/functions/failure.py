"""How a function says that its arguments can't be right."""

from __future__ import annotations


class Fails(Exception):
    """Terraform would refuse this call; the message says why."""
