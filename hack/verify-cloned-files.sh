#!/bin/sh
# verify-cloned-files.sh [FLAGS]   what the last run has cloned, found and built; exit 1 names what is missing
# FLAGS are those of `prow-coverage pr-pod verify`.
set -eu
program=$("$(dirname "$0")/find-program.sh")
exec "$program" pr-pod verify "$@"
