"""``python -m faaslint``."""

from __future__ import annotations

from .cli import program

if __name__ == "__main__":  # a process of --jobs imports this module too
    program()
