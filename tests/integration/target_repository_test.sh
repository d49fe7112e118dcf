#!/bin/sh
# target_repository_test.sh EXAMPLE   runs the example of docs/target-repository.md with the Go
# toolchain and looks at what it leaves; exit code 77: there is no Go here
set -eu
example=$1
for bin in /usr/local/go/bin /usr/lib/go-1.*/bin; do
  PATH=$PATH:$bin
done
for tool in go git make; do
  command -v $tool >/dev/null || {
    echo "skipped: $tool is not in PATH; .ci/run installs it"
    exit 77
  }
done
export GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-mod=mod
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com
export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
unset PULL_BASE_SHA COVERAGE_THRESHOLD COVERAGE_EXCLUDE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "${HOME:-}" ] || export GOCACHE="$work/cache"

fail() {
  echo "FAILED: $*; what make coverage said:" >&2
  cat "$work/log" >&2
  exit 1
}
# EXPECTED_EXIT_CODE NAME [VARIABLE=VALUE...]   make's own exit code is 2 for any failure
coverage() {
  expected=$1
  artifacts=$work/artifacts-$2
  shift 2
  code=0
  env ARTIFACTS="$artifacts" "$@" make -s -C "$work/repository" coverage >"$work/log" 2>&1 || code=$?
  [ "$code" -eq "$expected" ] || fail "exit code $code in place of $expected"
}
summary_is() {
  printf '{\n  "pr_coverage": %s,\n  "base_coverage": %s,\n  "delta": %s,\n  "threshold": %s\n}\n' "$@" |
    cmp -s - "$artifacts/coverage-summary.json" || fail "another coverage-summary.json than $*"
}

cp -R "$example" "$work/repository"
cd "$work/repository"
git init -q .
git add -A
git commit -q -m base
base=$(git rev-parse HEAD)

coverage 0 no_base
summary_is 84.6 null null null
[ "$(head -n 1 "$artifacts/filtered.cov")" = "mode: set" ] || fail "filtered.cov does not begin with its mode"
[ "$(grep -c '^mode:' "$artifacts/filtered.cov")" -eq 1 ] || fail "not exactly one mode: line"
grep -q zz_generated "$artifacts/pr.cov" || fail "the example has no generated code to leave out"
! grep -q zz_generated "$artifacts/filtered.cov" || fail "generated code counts"
# The lens links to file<N>, N being the file's place in sorted order.
grep -q 'id="file0"' "$artifacts/filtered.html" || fail "no file0 in filtered.html"
grep -q '<option value="file1">example.com/lanes/report/report.go' "$artifacts/filtered.html" ||
  fail "report.go is not file1 in filtered.html"

# A pull request: the one statement of Name that was missing, tested.
cat >>lane/lane_test.go <<'GO'

func TestNameOfNothing(t *testing.T) {
	if got := Name(); got != "unnamed" {
		t.Errorf("got %q", got)
	}
}
GO
git commit -q -a -m "a test more"
coverage 0 with_base PULL_BASE_SHA="$base"
summary_is 92.3 84.6 7.7 null
[ "$(git worktree list | wc -l)" -eq 1 ] || fail "a worktree is left"
coverage 0 met PULL_BASE_SHA="$base" COVERAGE_THRESHOLD=92.3
summary_is 92.3 84.6 7.7 92.3
coverage 2 not_met PULL_BASE_SHA="$base" COVERAGE_THRESHOLD=95
summary_is 92.3 84.6 7.7 95
coverage 0 unknown_base PULL_BASE_SHA=0123456789012345678901234567890123456789
summary_is 92.3 null null null

# Tests that fail: the numbers are there all the same, and the job fails.
sed -i 's/"unnamed" {/"anonymous" {/' lane/lane_test.go
git commit -q -a -m "a test that fails"
coverage 2 failing PULL_BASE_SHA="$base"
summary_is 92.3 84.6 7.7 null
coverage 2 failing_base PULL_BASE_SHA="$(git rev-parse HEAD)"
summary_is 92.3 null null null

# Code that does not compile: nothing was measured, and nothing is told.
echo 'package lane; func' >lane/broken.go
rm -r report
coverage 2 broken
[ ! -e "$artifacts/coverage-summary.json" ] || fail "a summary of code that does not compile"
echo "passed"
