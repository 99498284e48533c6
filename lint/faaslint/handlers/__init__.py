"""Handler source: which callable a function runs, what it reaches, and what it does there."""

from __future__ import annotations

from .language import Analyser, HandlerLanguage, analyse

__all__ = ["Analyser", "HandlerLanguage", "analyse"]
