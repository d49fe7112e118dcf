#!/bin/sh
# check-layers.sh   third-party headers stay in the room that design.md gives them to
# (Room.cmake keeps the rooms apart; this keeps the libraries where they belong.)
set -eu
cd "$(dirname "$0")/.."
status=0
# confine PATTERN ROOM...   only these rooms may include what matches
confine() {
  pattern=$1
  shift
  allowed=
  for room in "$@"; do allowed="$allowed|^(src|include/prow_coverage)/$room/"; done
  found=$(git grep -nE "^#include <$pattern" -- src include | grep -vE "${allowed#|}" || true)
  [ -z "$found" ] && return
  echo "only $* may include <$pattern>:" >&2
  echo "$found" >&2
  status=1
}
confine 'boost/beast' server
confine 'sqlite3' inbox
confine 'lz4' inbox
confine 'curl/' http
confine 'yaml-cpp' yaml
confine 'simdjson' json webhook
confine 'prometheus/' metrics
confine 'spdlog' base
confine 'CLI/' app sandbox
exit "$status"
