"""faaslint: a static analyzer and policy linter for serverless configurations."""

from __future__ import annotations

__version__ = "0.1.0"
