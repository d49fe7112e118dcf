#!/bin/sh
# find-program.sh   print the prow-coverage to use: $PROW_COVERAGE, else this tree's build, else PATH's
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
for program in "${PROW_COVERAGE:-}" "$top/build/release/bin/prow-coverage" \
  "$top/build/debug/bin/prow-coverage" "$(command -v prow-coverage || :)"; do
  if [ -n "$program" ] && [ -x "$program" ]; then
    echo "$program"
    exit 0
  fi
done
echo "no prow-coverage: run make build first" >&2
exit 1
