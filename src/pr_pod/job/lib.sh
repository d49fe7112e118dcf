# shellcheck shell=sh
# What the phases share; read by each of them, never run.
#
# A phase leaves one JSON object, {"phase", "ok", "summary", "details"}, as its container's
# termination message (at most 4 KiB, which is what Kubernetes keeps) and in full as
# <results>/<phase>.json. Nobody reads the log for it.
#
# Lists of file names are texts of one name a line; a newline inside a name is byte 1 there (`lines`,
# `real_name`). A name that begins with a dash is always given to commands as ./-name.
set -eu
# Byte semantics for awk, tr and ${#x}, and git's messages in the language that is matched here.
export LC_ALL=C
umask 022

phase=$(basename "$0" .sh)
# shellcheck disable=SC2034
scripts=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034
workspace=${PR_POD_WORKSPACE:-/workspace}
results=${PR_POD_RESULTS:-/pr-pod/results}
termination_log=${PR_POD_TERMINATION_LOG:-/dev/termination-log}
keep_alive=${PR_POD_KEEP_ALIVE:-0}
max_message=4000
scratch=$(mktemp -d)
has_result=

# No configuration but ours, no hook, no prompt, no trace that would show a header.
unset GIT_TRACE GIT_TRACE_CURL GIT_CURL_VERBOSE GIT_TRACE_PACKET GIT_ASKPASS SSH_ASKPASS 2>/dev/null || :
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1
export GIT_ALLOW_PROTOCOL="${PR_POD_ALLOW_PROTOCOL:-https:http}"
export GIT_CONFIG_COUNT=3
export GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_CONFIG_KEY_1=core.hooksPath GIT_CONFIG_VALUE_1=/dev/null
export GIT_CONFIG_KEY_2=advice.detachedHead GIT_CONFIG_VALUE_2=false

# For a log that somebody reads in a terminal: no control character but tabs and line ends.
say() {
  printf '%s\n' "$*" | tr '\001-\010\013-\037\177' '?'
}

# Names that end in NUL to names that end in a newline.
lines() {
  tr '\n\000' '\001\n'
}

# real_name NAME   sets $name to what `lines` was given
real_name() {
  case $1 in
    *"$(printf '\001')"*)
      name=$(printf '%s' "$1" | tr '\001' '\n' && printf x)
      name=${name%x}
      ;;
    *) name=$1 ;;
  esac
}

# parent_of PATH   sets $directory, "." at the root
# shellcheck disable=SC2034
parent_of() {
  case $1 in
    */*) directory=./${1%/*} ;;
    *) directory=. ;;
  esac
}

# Lines to JSON strings, one a line; what is not UTF-8 becomes U+FFFD.
json_strings() {
  awk '
    BEGIN {
      for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
    }
    function tail(c) { return ord[c] >= 128 && ord[c] < 192 }
    function length_of(b) {
      if (b >= 194 && b < 224) return 2
      if (b >= 224 && b < 240) return 3
      if (b >= 240 && b < 245) return 4
      return 0
    }
    function whole(at, n,   i) {
      for (i = 1; i < n; i++) if (!tail(substr($0, at + i, 1))) return 0
      # Overlong forms, surrogates, beyond U+10FFFF.
      first = ord[substr($0, at, 1)]
      second = ord[substr($0, at + 1, 1)]
      if (first == 224 && second < 160 || first == 237 && second > 159) return 0
      if (first == 240 && second < 144 || first == 244 && second > 143) return 0
      return 1
    }
    {
      out = ""
      for (at = 1; at <= length($0); at++) {
        c = substr($0, at, 1)
        b = ord[c]
        if (c == "\"" || c == "\\") out = out "\\" c
        else if (b == 1) out = out "\\n"
        else if (b < 32 || b == 127) out = out sprintf("\\u%04x", b)
        else if (b < 127) out = out c
        else {
          n = length_of(b)
          if (n > 0 && whole(at, n)) {
            out = out substr($0, at, n)
            at += n - 1
          } else out = out "\\ufffd"
        }
      }
      print "\"" out "\""
    }'
}

# json_string TEXT   newlines become \n
json_string() {
  printf '%s' "$1" | tr '\n' '\001' | { cat; echo; } | json_strings
}

# json_array MAX <lines   at most so many of them, and at most so many bytes as a result has room for
json_array() {
  head -n "$1" | json_strings | awk '
    BEGIN { printf "[" }
    { size += length($0) + 1 }
    size > 1500 { exit }
    { printf "%s%s", (NR > 1 ? "," : ""), $0 }
    END { printf "]" }'
}

# count <lines
count() {
  awk 'END { print NR }'
}

# result OK SUMMARY [DETAILS]
result() {
  has_result=yes
  summary=$(json_string "$(printf '%.600s' "$2")")
  text="{\"phase\":\"$phase\",\"ok\":$1,\"summary\":$summary,\"details\":${3:-"{}"}}"
  printf '%s\n' "$text" >"$results/$phase.json"
  if [ ${#text} -gt $max_message ]; then
    text="{\"phase\":\"$phase\",\"ok\":$1,\"summary\":$summary,\"truncated\":true,\"details\":{}}"
  fi
  printf '%s' "$text" >"$termination_log"
  say "$2"
}

# fail SUMMARY [DETAILS]   ends the phase. A pod that is kept for a look goes on to its last phase.
fail() {
  result false "$@"
  if [ "$keep_alive" -gt 0 ] && [ "$phase" != checkout ] && [ "$phase" != report ]; then exit 0; fi
  exit 1
}

# succeed SUMMARY [DETAILS]
succeed() {
  result true "$@"
  exit 0
}

on_exit() {
  code=$1
  rm -rf "$scratch"
  if [ -z "$has_result" ]; then
    result false "$phase ended unexpectedly with exit code $code; its log says more"
    [ "$code" -ne 0 ] || code=1
  fi
  exit "$code"
}
trap 'on_exit $?' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

mkdir -p "$results"

# A phase that failed in a pod that is kept: the phases behind it have nothing to work on.
skip_after() {
  for before in "$@"; do
    if grep -q '^{"phase":"[a-z]*","ok":false' "$results/$before.json" 2>/dev/null; then
      fail "skipped, because $before failed"
    fi
  done
}
