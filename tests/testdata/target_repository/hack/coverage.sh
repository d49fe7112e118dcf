#!/bin/sh
# coverage.sh [PACKAGES...]   run the tests and leave in $ARTIFACTS what Spyglass and prow-coverage read
#
#   COVERAGE_EXCLUDE    files that do not count, a regular expression (generated code)
#   COVERAGE_THRESHOLD  below this percentage the job fails; empty or 0: never
#   PULL_BASE_SHA       what the numbers are compared with; set by Prow
set -eu
[ $# -gt 0 ] || set -- ./...
exclude=${COVERAGE_EXCLUDE:-'/zz_generated|\.pb\.go:|/vendor/'}
threshold=${COVERAGE_THRESHOLD:-0}
mkdir -p "${ARTIFACTS:=$PWD/_artifacts}"
ARTIFACTS=$(cd "$ARTIFACTS" && pwd)
base=$(mktemp -d)
cleanup() {
  git worktree remove --force "$base/tree" 2>/dev/null || true
  rm -rf "$base"
}
trap cleanup EXIT

# PROFILE > one `mode:` line, then the blocks that count, file by file
filter() {
  sed -n '/^mode:/{p;q;}' "$1"
  grep -v '^mode:' "$1" | grep -Ev "$exclude" | LC_ALL=C sort -t: -k1,1 -s || true
}

# PROFILE > percentage of statements; a block that several test binaries name counts once; nothing
# when there is no statement
percentage() {
  awk '!/^mode:/ { n[$1] = $2; if ($3 > 0) hit[$1] = 1 }
    END { for (b in n) { all += n[b]; if (b in hit) covered += n[b] }
          if (all) printf "%.1f", 100 * covered / all }' "$1"
}

status=0
go test -coverprofile="$ARTIFACTS/pr.cov" "$@" || status=$?
if [ ! -s "$ARTIFACTS/pr.cov" ]; then
  echo "coverage.sh: go test has left no profile" >&2
  exit "$((status ? status : 1))"
fi
filter "$ARTIFACTS/pr.cov" >"$ARTIFACTS/filtered.cov"
go tool cover -html="$ARTIFACTS/filtered.cov" -o "$ARTIFACTS/filtered.html"
pr_coverage=$(percentage "$ARTIFACTS/filtered.cov")
if [ -z "$pr_coverage" ]; then
  echo "coverage.sh: no statement in $*" >&2
  exit "$status"
fi

# Runs the tests of the base commit; fails when there is no such commit or they do.
measure_base() {
  [ -n "${PULL_BASE_SHA:-}" ] && git worktree add --quiet --detach "$base/tree" "$PULL_BASE_SHA" &&
    (cd "$base/tree" && go test -coverprofile="$base/cov" "$@" >"$base/log" 2>&1)
}

# No baseline is null, never 0.
base_coverage=
if measure_base "$@"; then
  filter "$base/cov" >"$ARTIFACTS/base.cov"
  base_coverage=$(percentage "$ARTIFACTS/base.cov")
else
  echo "coverage.sh: no baseline${PULL_BASE_SHA:+: cannot measure $PULL_BASE_SHA}" >&2
fi

awk -v pr="$pr_coverage" -v base="$base_coverage" -v threshold="$threshold" 'BEGIN {
  printf "{\n  \"pr_coverage\": %s,\n", pr
  printf "  \"base_coverage\": %s,\n", base == "" ? "null" : base
  printf "  \"delta\": %s,\n", base == "" ? "null" : sprintf("%.1f", pr - base)
  printf "  \"threshold\": %s\n}\n", threshold + 0 ? threshold + 0 : "null"
}' >"$ARTIFACTS/coverage-summary.json"
cat "$ARTIFACTS/coverage-summary.json"

[ "$status" -eq 0 ] || exit "$status"
awk -v pr="$pr_coverage" -v threshold="$threshold" 'BEGIN { exit pr < threshold + 0 }' || {
  echo "coverage.sh: $pr_coverage% is below the threshold of $threshold%" >&2
  exit 1
}
