# shellcheck shell=sh
# Processes and keys of the throw-away cluster; read by cluster.sh and node.sh. Needs $work and $pki.
work=${work:?} pki=${pki:?}

alive() { # NAME   a pid file whose process still runs and is ours (an exec in progress has no command line yet)
  pid=$(cat "$work/pid/$1" 2>/dev/null) || return 1
  for _ in 1 2 3; do
    grep -q ') Z ' "/proc/$pid/stat" 2>/dev/null && return 1
    [ -r "/proc/$pid/cmdline" ] || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$work" && return 0
    sleep 0.05
  done
  return 1
}
launch() { # NAME COMMAND...   in a session of its own, so that a Ctrl-C does not reach it before `down`
  name=$1
  shift
  alive "$name" && return 0
  setsid "$@" </dev/null >>"$work/log/$name.log" 2>&1 &
  echo $! >"$work/pid/$name"
}
await() { # NAME TENTHS TEST...
  name=$1
  tenths=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    tenths=$((tenths - 1))
    if [ "$tenths" -le 0 ] || ! alive "$name"; then
      echo "$name does not get ready; the end of $work/log/$name.log:" >&2
      tail -n 15 "$work/log/$name.log" | cut -c1-400 >&2
      return 1
    fi
    sleep 0.1
  done
}
halt() { # NAME TENTHS   asks, then forces: with an open watch an API server would take its full minute
  alive "$1" || { rm -f "$work/pid/$1"; return 0; }
  kill "$pid" 2>/dev/null || true
  left=$2
  while alive "$1" && [ "$left" -gt 0 ]; do left=$((left - 1)); sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
  while alive "$1"; do sleep 0.05; done
  rm -f "$work/pid/$1"
}

make_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
make_ca() { # NAME
  [ -s "$pki/$1.crt" ] && return 0
  make_key "$pki/$1.key"
  openssl req -x509 -new -key "$pki/$1.key" -subj "/CN=$1" -days 30 -out "$pki/$1.crt"
}
make_certificate() { # NAME SUBJECT DAYS [SAN]   signed by `ca`
  [ -s "$pki/$1.crt" ] && return 0
  make_key "$pki/$1.key"
  { echo extendedKeyUsage=clientAuth,serverAuth; [ -z "${4:-}" ] || echo "subjectAltName=$4"; } >"$pki/ext"
  openssl req -new -key "$pki/$1.key" -subj "$2" | openssl x509 -req -CA "$pki/ca.crt" -CAkey "$pki/ca.key" \
    -CAcreateserial -days "$3" -extfile "$pki/ext" -out "$pki/$1.new" 2>/dev/null
  mv "$pki/$1.new" "$pki/$1.crt"
}
