#!/bin/sh
# report.sh   all results in one place; waits, when asked to, so that the pod can be looked into
. "$(dirname "$0")/lib.sh"

failed=
passed=
for before in checkout verify detect build; do
  [ -f "$results/$before.json" ] || continue
  if grep -q '^{"phase":"[a-z]*","ok":true' "$results/$before.json"; then
    passed="$passed $before"
  else
    failed="$failed $before"
  fi
done

if [ "$keep_alive" -gt 0 ]; then
  say "keeping the pod for $keep_alive s: prow-coverage pr-pod exec -- sh"
  sleep "$keep_alive" &
  wait $!
fi
[ -z "$failed" ] || fail "failed:$failed; passed:$passed"
[ -n "$passed" ] || fail "no phase has left a result"
succeed "passed:$passed"
