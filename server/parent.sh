#!/bin/sh
# Starts the server, and starts it again when a fault ended it. What it starts is given as its arguments.
# It ends with the server: when that was asked to stop, refused to start, or was asked to by a signal sent here.

again=0
quick=0
signal=

trap 'signal=TERM; kill -TERM "$child" 2>/dev/null' TERM
# At a terminal the server hears of this by itself.
trap 'signal=INT; kill -INT "$child" 2>/dev/null' INT

while :; do
  begun=$(date +%s)
  MANYFUTURES_PARENT=$$ MANYFUTURES_AGAIN=$again "$@" &
  child=$!
  # A signal ends the waiting, not the server.
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  # 0: it was stopped. 1: it said why it cannot start. Anything else is a fault, such as a signal nobody sent here.
  if [ -n "$signal" ] || [ "$code" -le 1 ]; then exit "$code"; fi
  again=1
  if [ $(($(date +%s) - begun)) -lt 10 ]; then quick=$((quick + 1)); else quick=0; fi
  printf '{"level":60,"msg":"The server ended with %s and is started again"}\n' "$code" >&2
  # Whatever ends it at once again is not asked more often than every half minute.
  if [ "$quick" -gt 2 ]; then sleep $((quick < 30 ? quick : 30)); fi
done
