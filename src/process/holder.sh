#!/bin/sh
# Runs a setup or a check for an orchestrator, which finds all that it started below this process. (An agent's parent is
# a keeper, which outlives the orchestrator.)
#
#   holder.sh PROGRAM [ARGUMENT ...]
#
# Descriptor 3 is a socket. We write `held`, then how PROGRAM ended, as a shell's exit status; the orchestrator ends what
# is left and answers `done`. Where a lost descendant would not come back to us, PROGRAM takes our place.
set -u
holds=${FLOTILLA_HOLDS-}
unset FLOTILLA_HOLDS
[ -n "$holds" ] || exec "$@" 3>&-

# Handled, not ignored: what runs below us must die of them, and we must not.
trap : TERM HUP INT
trap '' PIPE
echo held >&3
trap - PIPE

# Background jobs of a shell ignore INT and QUIT and have no input of their own.
defaults=
env --default-signal=INT,QUIT true 2>/dev/null && defaults=--default-signal=INT,QUIT
# What a shell says of a job that a signal ended is no output of the program's.
exec 4<&0 5>&2 2>/dev/null
setsid env $defaults "$@" <&4 2>&5 3>&- 4<&- 5>&- &
program=$!
exec 4<&- 5>&- </dev/null

# A signal ends `wait` early.
while :; do
  wait "$program"
  status=$?
  kill -0 "$program" 2>/dev/null || break
done

trap '' PIPE
if echo "$status" >&3 2>/dev/null; then
  while read -r word <&3; do [ "$word" != done ] || exit "$status"; done
fi

# The orchestrator died. Its next start ends what carries our marker, and what is below us: stay as long as that is
# something. The shell of the count is below us, too.
while [ "$(cat /proc/[0-9]*/status 2>/dev/null | grep -c "^PPid:[[:space:]]*$$\$")" -gt 1 ]; do sleep 1; done
exit "$status"
