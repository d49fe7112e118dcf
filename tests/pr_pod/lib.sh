# shellcheck shell=sh
# What the tests against a cluster share. Needs $program, and KUBECONFIG_DEV, a cluster to throw away.
set -eu
export KUBECONFIG="$KUBECONFIG_DEV"
unset GITHUB_PAT
program=$(realpath "${program:?}")
ns=pr-pod-test-$$
# shellcheck disable=SC2034
token=ghp_ThisIsTheTokenThatNobodyMaySee0042
work=$(mktemp -d)
cd "$work" # where there is no .env
checks=0
failures=0
sandbox=

k() {
  kubectl -n "$ns" "$@"
}

# pr COMMAND ARGUMENT...   the verb under test in the namespace of this test
pr() {
  command=$1
  shift
  "$program" pr-pod "$command" -n "$ns" "$@"
}

# background ARGUMENT...   a run whose process is $client
background() {
  : >"$work/out"
  GITHUB_PAT=$token "$program" pr-pod run -n "$ns" "$@" >"$work/out" 2>&1 &
  # shellcheck disable=SC2034
  client=$!
}

# GitHub, played by the sandbox that is built beside $program; sets $github.
start_github() {
  "$(dirname "$program")/prow-coverage-sandbox" --port-file "$work/sandbox" >/dev/null 2>&1 &
  sandbox=$!
  eventually 10 test -s "$work/sandbox"
  github=$(sed -n 's/.*"github_url":"\([^"]*\)".*/\1/p' "$work/sandbox")
}

# put_pull JSON   a pull request at that GitHub
put_pull() {
  curl -fsS -o /dev/null -X PUT "$github/_sandbox/pulls" -d "$1"
}

# check NAME COMMAND...   the command must succeed
check() {
  name=$1
  shift
  checks=$((checks + 1))
  if "$@" >"$work/check" 2>&1; then
    echo "ok      $name"
  else
    failures=$((failures + 1))
    echo "FAILED  $name"
    sed 's/^/        /' "$work/check" | tail -n 20
  fi
}

# refuses COMMAND...   the command must fail
refuses() {
  ! "$@"
}

# says FILE TEXT
says() {
  grep -qF -- "$2" "$1" || {
    cat "$1"
    false
  }
}

lacks() {
  ! grep -F -- "$2" "$1"
}

# eventually SECONDS COMMAND...
eventually() {
  tries=$(($1 * 5))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.2
  done
}

# The end, whatever led to it.
finish() {
  status=$?
  trap - EXIT
  [ -z "$sandbox" ] || kill "$sandbox"
  kubectl delete namespace "$ns" --wait=false >/dev/null 2>&1 || :
  rm -rf "$work"
  [ "$status" -eq 0 ] || {
    echo "FAILED  ended early"
    failures=$((failures + 1))
    checks=$((checks + 1))
  }
  [ -z "${TOTALS:-}" ] || echo "$((checks - failures)) $failures" >>"$TOTALS"
  echo "$((checks - failures)) passed, $failures failed"
  [ "$failures" -eq 0 ]
  exit
}
