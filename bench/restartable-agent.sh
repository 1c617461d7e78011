#!/bin/sh
# The agent of the random kills: killed anywhere and started again, it goes on where it was, and comes to the same end.
# It notes each start and each commit in the folder that is its argument.
rig=$1
echo started >>"$rig/$AGENT_ID.starts"
cat >/dev/null

has() { git cat-file -e "HEAD:$1" 2>/dev/null; }

note_commit() { git rev-parse HEAD >>"$rig/$AGENT_ID.commits"; }

# ensure FILE: commits a file, unless the branch has it.
ensure() {
  has "$1" && return
  echo "The work of $AGENT_ID" >"$1"
  git add -- "$1" && git commit --quiet --message "Add $1" && note_commit
}

# Fails its check first; fixes it when it is called again.
break_then_fix() {
  ensure two.txt
  git log --format=%s | grep -q '^Fix' && return
  has broken || { ensure broken; return; }
  sleep 0.6
  git rm --quiet --force --ignore-unmatch broken
  git commit --quiet --message 'Fix it' && note_commit
}

case $AGENT_ID in
  agent-1) ensure one.txt; sleep 0.6; ensure one-more.txt ;;
  agent-2) break_then_fix ;;
  # Leaves its work uncommitted.
  agent-3) mkdir -p deep; echo three >three.txt; sleep 0.3; echo three >deep/three.txt ;;
esac
