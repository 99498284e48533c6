#!/usr/bin/env bash
# Validate SARIF files with Microsoft's SARIF multitool, under its general rules and those of GitHub.
#
#   tools/validate_sarif.sh [--allow-missing] FILE…
#
# Fails (1) on any error or warning of the tool, (2) on wrong usage, (3) where the tool can't be had; with --allow-missing
# the last is said loudly and is no failure. The tool comes from npm, once, into the user's cache folder.
# Keep the files small: the tool takes about 1.5 ms for each result.
set -euo pipefail

version=5.7.0
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/faaslint/sarif-multitool-$version

allow_missing=
if [ "${1:-}" = --allow-missing ]; then
    allow_missing=yes
    shift
fi
if [ $# -eq 0 ]; then
    echo "usage: tools/validate_sarif.sh [--allow-missing] FILE..." >&2
    exit 2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

missing() {
    echo "!!! The SARIF files were NOT validated: $1" >&2
    [ -n "$allow_missing" ] && exit 0
    exit 3
}

# npm does not run install scripts everywhere, so what the package's own would do (make the program executable) is done here.
program() {
    local found
    for found in "$1"/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool{,.exe}; do
        if [ -f "$found" ]; then
            chmod u+x "$found"
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

if ! multitool=$(program "$cache"); then
    command -v npm >/dev/null || missing "npm is not installed."
    mkdir "$scratch/npm"
    if ! (cd "$scratch/npm" && npm init -y && npm install --no-audit --no-fund "@microsoft/sarif-multitool@$version") \
        >"$scratch/npm.log" 2>&1; then
        tail -n 15 "$scratch/npm.log" >&2
        missing "npm could not install @microsoft/sarif-multitool@$version."
    fi
    program "$scratch/npm" >/dev/null || missing "the npm package has no program for this system."
    mkdir -p "$(dirname "$cache")"
    rm -rf "$cache"
    mv "$scratch/npm" "$cache"
    multitool=$(program "$cache")
fi

# .NET wants the ICU library unless it is told otherwise, and a minimal machine has none.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

failed=0
number=0
for file in "$@"; do
    number=$((number + 1))
    if [ ! -s "$file" ]; then
        echo "$file: there is no such file, or it is empty" >&2
        failed=1
        continue
    fi
    report=$scratch/report-$number.sarif
    # The status is 0 even where there are errors; what counts is the report.
    if ! "$multitool" validate "$file" --rule-kind 'Sarif;Gh' --level 'Error;Warning' --output "$report" \
        --log ForceOverwrite >"$scratch/multitool.log" 2>&1 || [ ! -s "$report" ]; then
        cat "$scratch/multitool.log" >&2
        echo "$file: the multitool did not finish" >&2
        failed=1
        continue
    fi
    python3 - "$file" "$report" <<'PYTHON' || failed=1
import json
import sys

checked, report = sys.argv[1:]
with open(report, encoding="utf-8-sig") as stream:
    (run,) = json.load(stream)["runs"]
bad = [one for one in run.get("results", []) if one.get("level", "warning") in ("error", "warning")]
for one in bad:
    message = one["message"]
    place = one.get("locations", [{}])[0].get("physicalLocation", {}).get("region", {}).get("startLine", "?")
    arguments = "; ".join(message.get("arguments", []))
    print(f"{checked}:{place}: {one.get('level', 'warning')} {one['ruleId']} {message.get('text') or message.get('id')} {arguments}")
# A tool that stopped half-way has found nothing, which is not the same as nothing wrong.
notes = [note for one in run.get("invocations", []) for note in one.get("toolExecutionNotifications", [])]
broken = [note for note in notes if note.get("level") == "error"]
for note in broken:
    print(f"{checked}: the multitool failed: {note['message'].get('text')}")
print(f"{checked}: {len(bad)} errors and warnings")
sys.exit(bool(bad or broken))
PYTHON
done
exit "$failed"
