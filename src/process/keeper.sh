#!/bin/sh
# The keeper of one attempt. It outlives the orchestrator: it holds the claim, is the parent of the agent, enforces the
# deadline, ends the whole tree, and writes down how it ended.
#
#   keeper.sh DIRECTORY DEADLINE GRACE MARKER PROGRAM [ARGUMENT ...]
#
# DIRECTORY  holds `prompt` (read) and `claim`, `output`, `errors`, `result` (written). While there is a file `waiting`, the
#            agent waits for a person, and its deadline stands still; `waited` then has the seconds that it has waited so far
# DEADLINE   seconds until the agent is ended; 0 for none
# GRACE      seconds between TERM and KILL
# MARKER     the value of FLOTILLA_ATTEMPT in the agent's environment, by which processes that left its group are found
#
# Started by subreaper.sh, whatever the agent started stays below this process, also with a session and an environment of
# its own. Where the machine has nothing that makes it so, the result says "unheld": true.
#
#   (start) ──claim──▶ claimed ──spawn──▶ running ──agent ends──▶ sweeping ──▶ result written
#      │ taken                              │ TERM: stopped           ▲
#      ▼                                    │ ALRM: timed-out         │
#   exit 75 (73: not available)             └────────────end_tree─────┘
set -u
directory=$1 deadline=$2 grace=$3 marker=$4
shift 4
holds=${FLOTILLA_HOLDS-}
unset FLOTILLA_HOLDS

# A process's start time is the 22nd field of its stat line; the second may hold spaces and brackets.
start_time() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# The link is the claim: it appears whole or not at all, and only once.
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
printf '{"pid":%s,"startTime":"%s","bootId":"%s"}\n' "$$" "$(start_time $$)" "$boot" >"$directory/claim.$$"
if ! ln "$directory/claim.$$" "$directory/claim" 2>/dev/null; then
  rm -f "$directory/claim.$$"
  # Without one there, it is the disk that refuses.
  [ -e "$directory/claim" ] || exit 73
  exit 75
fi
rm -f "$directory/claim.$$"

reason=
trap 'reason=${reason:-stopped}' TERM
alarm=
trap 'alarm=1' ALRM
trap ':' HUP INT

# Background jobs of a shell ignore INT and QUIT, and children inherit that; the agent's own tools must not.
defaults=
env --default-signal=INT,QUIT true 2>/dev/null && defaults=--default-signal=INT,QUIT

if command -v setsid >/dev/null 2>&1; then
  setsid env $defaults "FLOTILLA_ATTEMPT=$marker" "$@" <"$directory/prompt" >>"$directory/output" 2>>"$directory/errors" &
else
  set -m
  env "FLOTILLA_ATTEMPT=$marker" "$@" <"$directory/prompt" >>"$directory/output" 2>>"$directory/errors" &
fi
agent=$!

timer=
start_timer() {
  # The timer carries the marker: should the keeper be killed, the sweep after it finds the timer, too.
  if command -v setsid >/dev/null 2>&1; then
    FLOTILLA_ATTEMPT=$marker setsid sh -c 'sleep "$1"; kill -s ALRM "$2"' timer "$1" $$ </dev/null >/dev/null 2>&1 &
  else
    FLOTILLA_ATTEMPT=$marker sh -c 'sleep "$1"; kill -s ALRM "$2"' timer "$1" $$ </dev/null >/dev/null 2>&1 &
  fi
  timer=$!
}
[ "$deadline" -le 0 ] || start_timer "$deadline"

# The deadline is there: sets how much longer it is, since a person was waited for; 0 when no longer. Nobody is waited for
# more than a day when no orchestrator is there to end it.
granted=0 most=86400
extend() {
  more=0
  if [ -e "$directory/waiting" ]; then
    [ "$granted" -ge "$most" ] || more=5
    return 0
  fi
  credit=$(cat "$directory/waited" 2>/dev/null)
  case $credit in '' | *[!0-9]*) credit=0 ;; esac
  more=$((credit - granted))
}

# Who belongs to the agent: its session and group, its descendants, what carries the marker, and what came back to
# us: what is below us and not in our own session, or the timer. Zombies do not count. A name with a line break in it is
# escaped in `status`, and is not in `stat`.
members() {
  [ -d /proc/self ] || return 0
  {
    grep -lszxF -- "FLOTILLA_ATTEMPT=$marker" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | sed 's/^/Marked: /'
    cat /proc/[0-9]*/status 2>/dev/null
  } | awk -v root="$agent" -v keeper="$$" -v timer="${timer:-0}" '
    $1 == "Marked:" { marked[$2] = 1 }
    $1 == "State:" { state = $2 }
    $1 == "Pid:" { pid = $2; if (state != "Z" && state != "X") alive[pid] = 1 }
    $1 == "PPid:" { parent[pid] = $2 }
    $1 == "NSpgid:" { group[pid] = $2 }
    $1 == "NSsid:" { session[pid] = $2 }
    END {
      below[keeper] = 1
      do { grew = 0; for (p in alive) if (!(p in below) && (parent[p] in below)) { below[p] = 1; grew = 1 } } while (grew)
      for (p in alive) {
        if (p == root || group[p] == root || session[p] == root || (p in marked)) mine[p] = 1
        if ((p in below) && (p in session) && session[p] != keeper && session[p] != timer) mine[p] = 1
      }
      do { grew = 0; for (p in alive) if (!(p in mine) && (parent[p] in mine)) { mine[p] = 1; grew = 1 } } while (grew)
      delete mine[keeper]
      for (p in mine) print p
    }'
}

send() {
  # `kill -TERM -- -PID` is an error to some shells; this form is POSIX's.
  kill -s "$1" -- "-$agent" 2>/dev/null
  # Pids of processes that left the group; word splitting is wanted.
  [ -z "$2" ] || kill -s "$1" $2 2>/dev/null
}

# TERM, grace, then KILL until nothing is left, for five seconds at most.
end_tree() {
  tenths=$(($1 * 10))
  left=$(members)
  [ -n "$left" ] || [ ! -d /proc/self ] || return 0
  send TERM "$left"
  send CONT "$left"
  while [ "$tenths" -gt 0 ]; do
    left=$(members)
    [ -n "$left" ] || return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
  tenths=50
  while [ "$tenths" -gt 0 ]; do
    send KILL "$left"
    sleep 0.1
    left=$(members)
    [ -n "$left" ] || return 0
    tenths=$((tenths - 1))
  done
}

left=
# A trapped signal ends `wait` early, with the agent still running; 127 means that it was reaped before.
status=0
while [ -z "$reason" ]; do
  wait "$agent"
  status=$?
  if [ -n "$alarm" ]; then
    alarm=
    extend
    if [ "$more" -gt 0 ]; then
      granted=$((granted + more))
      start_timer "$more"
    else
      reason=${reason:-timed-out}
    fi
  fi
  [ -z "$reason" ] || break
  kill -0 "$agent" 2>/dev/null || break
done

trap '' TERM ALRM
[ -z "$timer" ] || kill -s KILL -- "-$timer" 2>/dev/null || kill -s KILL "$timer" 2>/dev/null
end_tree "$grace"

# What no KILL has ended by now, and whether what had lost its parent could be found at all.
more=
[ -z "$left" ] || more=",\"left\":[$(echo $left | tr ' ' ',')]"
[ -n "$holds" ] || more="$more,\"unheld\":true"

if [ -n "$reason" ]; then
  printf '{"kind":"stopped","why":"%s"%s}\n' "$reason" "$more" >"$directory/result.new"
elif [ "$status" -gt 128 ] && [ "$status" -le 192 ]; then
  printf '{"kind":"signalled","signal":%s%s}\n' "$((status - 128))" "$more" >"$directory/result.new"
else
  printf '{"kind":"exited","code":%s%s}\n' "$status" "$more" >"$directory/result.new"
fi
mv "$directory/result.new" "$directory/result"
