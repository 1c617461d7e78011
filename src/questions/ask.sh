#!/bin/sh
# Asks a person, and waits for the answer:
#
#   ask QUESTION [--option TEXT ...]
#
# Prints the answer. Exit code: 0 somebody answered, 3 nobody did, 4 the question could not be put. The question goes into
# `questions/`, next to this file, as a folder that appears whole; the answer comes into `answers/`. Who writes it there
# wakes us through a FIFO in the folder of the question. A file `answers/closed` answers all questions that are still put.
set -u
here=${0%/*}
case $here in /*) ;; *) here=$PWD/$here ;; esac

# Prints what stands in the file of an answer, and ends with its code.
give() {
  {
    read -r code || exit 4
    cat
  } <"$1" || exit 4
  exit "$code"
}

closed=$here/answers/closed
[ ! -e "$closed" ] || give "$closed"
key=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
new=$here/questions/.$key
mkdir "$new" || exit 4
count=0
while [ $# -gt 0 ]; do
  case $1 in
  --option)
    [ $# -gt 1 ] || { echo 'ask: --option needs a text' >&2; rm -rf "$new"; exit 4; }
    count=$((count + 1))
    printf '%s' "$2" >"$new/option-$count"
    shift 2
    ;;
  *)
    # Words that were not quoted belong together.
    [ ! -s "$new/question" ] || printf ' ' >>"$new/question"
    printf '%s' "$1" >>"$new/question"
    shift
    ;;
  esac
done
if [ ! -s "$new/question" ]; then
  echo 'usage: ask QUESTION [--option TEXT ...]' >&2
  rm -rf "$new"
  exit 4
fi
mkfifo "$new/wake" || exit 4
# Opened for both directions, so that the opening does not wait and who answers finds a reader.
exec 3<>"$new/wake" || exit 4
put=$here/questions/$key
mv "$new" "$put" || exit 4
# What closes the mailbox looks for questions after that: one of both sees the other.
[ ! -e "$closed" ] || give "$closed"
# Tools that run programs take long silence for a hang. And once the question is gone, nobody can wake us.
(
  trap 'kill "$!" 2>/dev/null; exit' TERM
  looks=0
  while :; do
    sleep 5 3<&- &
    wait "$!"
    looks=$(((looks + 1) % 12))
    [ "$looks" -ne 0 ] || echo 'Still waiting for an answer.' >&2
    if [ ! -p "$put/wake" ] || [ -e "$here/answers/$key" ]; then echo >&3; fi
  done
) &
talk=$!
trap 'kill "$talk" 2>/dev/null' EXIT
trap 'exit 143' TERM INT HUP
read -r _ <&3
[ -e "$here/answers/$key" ] || [ ! -e "$closed" ] || give "$closed"
give "$here/answers/$key"
