#!/usr/bin/env bash
# Make requirements-dev.lock anew: the newest versions that pyproject.toml allows, installed into a fresh environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - >"$work/wanted.txt" <<'EOF'
import tomllib

with open("pyproject.toml", "rb") as stream:
    settings = tomllib.load(stream)
print(*settings["project"]["dependencies"], *settings["dependency-groups"]["dev"], sep="\n")
EOF
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --requirement "$work/wanted.txt"
{
    echo "# The development environment, pinned. Made by tools/lock.sh from the dependencies and the 'dev' group of pyproject.toml."
    "$work/venv/bin/pip" freeze
} >requirements-dev.lock
