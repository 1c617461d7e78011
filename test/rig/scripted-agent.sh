#!/bin/sh
# The agent of the end-to-end tests. It does what a test wrote down for this task and this attempt: the first of
# `agent-1.2.sh` (its second attempt), `agent-1.sh` and `default.sh` in the folder that is its argument.
rig=$1
echo started >>"$rig/$AGENT_ID.starts"
attempt=$(($(wc -l <"$rig/$AGENT_ID.starts")))
cat >"$rig/$AGENT_ID.$attempt.prompt"
env >"$rig/$AGENT_ID.$attempt.env"

# write FILE [TEXT]: makes a file, with its folders.
write() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "${2:-The work of $AGENT_ID}" >"$1"
}

# commit FILE [TEXT]: makes a file and commits it.
commit() {
  write "$@"
  git add -- "$1"
  git commit --quiet --message "Add $1"
}

# hold NAME: says that it is at the gate, and waits there until the test opens it.
hold() {
  echo here >"$rig/$1.arrived"
  read -r _ <"$rig/$1.open"
}

for script in "$rig/$AGENT_ID.$attempt.sh" "$rig/$AGENT_ID.sh" "$rig/default.sh"; do
  [ -f "$script" ] || continue
  . "$script"
  exit
done
commit "work/$AGENT_ID.txt"
