#!/usr/bin/env bash
# Writes the run's summary to the page of the job, and its state to the outputs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
node=$root/node_modules/.bin/node

read_state='process.stdout.write(JSON.parse(require("fs").readFileSync(0, "utf8")).state)'
state=$("$node" "$root/bin/flotilla.js" status "$ISSUE" --json 2>/dev/null | "$node" -e "$read_state" 2>/dev/null) || state=none
echo "state=$state" >>"$GITHUB_OUTPUT"

summary=.claude/runtime/parallel/$ISSUE/summary.md
if [ -f "$summary" ]; then
  # The page takes a megabyte.
  head -c 900000 "$summary" >>"$GITHUB_STEP_SUMMARY"
else
  printf 'No run was started for issue #%s. The step *Orchestrate* says why.\n' "$ISSUE" >>"$GITHUB_STEP_SUMMARY"
fi
