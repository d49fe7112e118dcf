#!/bin/sh
# test-local-pr.sh PR [FLAGS]   run a pull request's job on a development cluster
# PR is a URL or org/repo#5; FLAGS are those of `prow-coverage pr-pod run`.
set -eu
[ $# -gt 0 ] || {
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
}
pull=$1
shift
program=$("$(dirname "$0")/find-program.sh")
exec "$program" pr-pod run --pr "$pull" "$@"
