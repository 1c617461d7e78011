#!/usr/bin/env bash
# Starts the run, or continues it. Everything that comes from outside arrives in the environment, and no shell reads it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() {
  echo "::error::$1"
  exit 64
}

[[ $ISSUE =~ ^[0-9]+$ ]] || fail 'The input issue must be the number of an issue.'

arguments=(--forge github --event "$GITHUB_EVENT_PATH" --yes --plain --agent "$AGENT" --sandbox "$SANDBOX")
add() {
  [ -z "$2" ] || arguments+=("$1" "$2")
}
add --model "$MODEL"
add --max-workers "$MAX_WORKERS"
add --max-cost "$MAX_COST"
add --timeout "$AGENT_TIMEOUT"
add --run-timeout "$RUN_TIMEOUT"

[ "$TRUST_CONFIGURATION" != true ] || arguments+=(--trust)

while IFS= read -r line; do
  [ -n "$line" ] || continue
  name=${line%%=*}
  [[ $line == *=* && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || fail 'The input credentials must have lines of the form NAME=value.'
  export "$name=${line#*=}"
  arguments+=(--env "$name")
done <<<"$CREDENTIALS"

while IFS= read -r word; do
  [ -z "$word" ] || arguments+=("$word")
done <<<"$OPTIONS"

unset CREDENTIALS
# What agents say is printed, and must not be taken for commands to the runner.
echo "::stop-commands::$(cat /proc/sys/kernel/random/uuid)"
exec "$root/node_modules/.bin/node" "$root/bin/flotilla.js" orchestrate "${arguments[@]}" -- "$ISSUE"
