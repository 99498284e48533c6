"""Make docs/example.svg, the picture in the README, from real output: ``python tools/picture.py``."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "fixtures" / "projects" / "orders" / "sam"
COMMAND = ("check", "--select", "FL302,FL503")
WIDTH = 118


def main() -> int:
    """Run the command, with colour, and write its output as a picture."""
    ran = subprocess.run(
        [sys.executable, "-m", "faaslint", *COMMAND, "--colour", "always"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 1:
        print(f"the example ended with {ran.returncode} instead of 1\n{ran.stderr}", file=sys.stderr)
        return 1
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ faaslint {' '.join(COMMAND)}\n", style="bold"))
    console.print(Text.from_ansi(ran.stdout))
    picture = console.export_svg(title="faaslint", unique_id="faaslint")
    (ROOT / "docs" / "example.svg").write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
