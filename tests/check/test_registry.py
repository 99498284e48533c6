"""Where the rules of a pack come from."""

from __future__ import annotations

import pkgutil
import sys
import zipfile
from pathlib import Path

import pytest

import faaslint_rules
from faaslint.check.registry import modules_in


def test_all_modules_of_a_pack_are_found_in_folders() -> None:
    """Our own walk finds what the standard library's does, which costs more to import."""
    found = set(modules_in(faaslint_rules.__path__, "faaslint_rules"))
    assert found == {module.name for module in pkgutil.walk_packages(faaslint_rules.__path__, "faaslint_rules.")}
    assert len(found) > 167


def test_all_modules_of_a_pack_are_found_in_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack may be imported from an archive."""
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("zipped_pack/__init__.py"), "")
        archive.writestr(zipfile.ZipInfo("zipped_pack/first.py"), "")
    monkeypatch.syspath_prepend(str(tmp_path / "pack.zip"))
    package = __import__("zipped_pack")
    try:
        assert list(modules_in(package.__path__, "zipped_pack")) == ["zipped_pack.first"]
    finally:
        sys.modules.pop("zipped_pack")
