#!/bin/sh
# An agent that sleeps, writes a file and commits it: sleeping-agent.sh FOLDER SECONDS. It notes its begin and its end.
date +%s%3N >>"$1/begins"
cat >/dev/null
sleep "$2"
mkdir -p work
echo "The work of $AGENT_ID" >"work/$AGENT_ID.txt"
git add --all
git commit --quiet --message "The work of $AGENT_ID"
date +%s%3N >>"$1/ends"
