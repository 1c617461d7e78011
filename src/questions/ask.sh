#!/bin/sh
# Asks a person, and waits for the answer:
#
#   ask QUESTION [--option TEXT ...]
#
# Prints the answer. Exit code: 0 somebody answered, 3 nobody did, 4 the question could not be put. The question goes into
# `questions/`, next to this file, as a folder that appears whole; the answer comes into `answers/`. Who writes it there
# wakes us through a FIFO in the folder of the question, so that nothing is looked for meanwhile.
set -u
here=${0%/*}
case $here in /*) ;; *) here=$PWD/$here ;; esac
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
mv "$new" "$here/questions/$key" || exit 4
# Tools that run programs take long silence for a hang.
(
  exec 3<&-
  trap 'kill "$!" 2>/dev/null; exit' TERM
  while :; do
    sleep 60 &
    wait "$!"
    echo 'Still waiting for an answer.' >&2
  done
) &
talk=$!
trap 'kill "$talk" 2>/dev/null' EXIT
trap 'exit 143' TERM INT HUP
read -r _ <&3
{
  read -r code || exit 4
  cat
} <"$here/answers/$key" || exit 4
exit "$code"
