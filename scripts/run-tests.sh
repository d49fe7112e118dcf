#!/bin/sh
# run-tests.sh BUILD_DIR [ctest arguments]   run the tests and print the totals on a line of their own
# What fails beside others is run once more alone: real processes on a busy disk can miss a deadline. It is
# told, and counts as passed only when it passes then. Not so a test that draws its own history: another
# draw, or another race, would hide what it has found.
set -eu
build=$1
shift
log=$build/ctest.log
status=0
ctest --test-dir "$build" --output-on-failure --progress -j"$(nproc)" "$@" >"$log" 2>&1 || status=$?
# --progress rewrites one line; what is left are failures and the summary.
tr '\r' '\n' <"$log" | grep -vE '^(Test project|Internal ctest)|^ *[0-9]+/[0-9]+ Test +#.* Passed' |
  grep -vE '^\[[ 0-9/%]*\]|^ +Start +[0-9]+:' || true
total=$(sed -n 's/.*tests passed, [0-9]* tests failed out of \([0-9]*\).*/\1/p' "$log" | tail -n 1)
failed=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of.*/\1/p' "$log" | tail -n 1)
if [ -z "$total" ]; then
  echo "no test ran; see $log" >&2
  exit 1
fi
seed=$(sed -n 's/.*\(PROW_COVERAGE_SEED=[0-9]*\).*/\1/p' "$log" | head -n 1)
if [ "$failed" != 0 ] && [ -n "$seed" ]; then
  echo "==> a random history failed; $seed repeats it. Passing once more would prove nothing"
elif [ "$failed" != 0 ] && [ "$failed" -le 5 ]; then
  echo "==> once more, alone: what failed beside others"
  if ctest --test-dir "$build" --output-on-failure --rerun-failed -j1 >"$log.alone" 2>&1; then
    grep -E '^ *[0-9]+/[0-9]+ Test +#' "$log.alone"
    echo "==> passed alone, failed beside others: see $log"
    failed=0 status=0
  else
    cat "$log.alone"
  fi
fi
echo "$((total - failed)) passed, $failed failed"
exit "$status"
