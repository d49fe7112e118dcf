# shellcheck shell=sh
# Pull requests on a git server that demands the token, and runs of them on a node; read behind lib.sh.
# Needs $git_server, and pods that reach this machine's loopback with hostNetwork.
git_server=${git_server:?}
work=${work:?} token=${token:?}
image=${IMAGE:-docker:24-git}
job=test-pr-pod-with-pat
ours=app.kubernetes.io/managed-by=prow-coverage-pr-pod

# pull NUMBER LINE   a pull request whose Dockerfile ends in LINE
pull() {
  git checkout -q -B "work-$1" main
  printf 'FROM scratch\nCOPY busybox /bin/busybox\n%s\n' "$2" >app/Dockerfile
  keep "$1"
}
# keep NUMBER   a pull request of what is in the tree
keep() {
  git add -A
  git commit -qm "change $1"
  git update-ref "refs/pull/$1/head" HEAD
}

make_repository() {
  mkdir "$work/src" "$work/served"
  (
    cd "$work/src" || exit
    git init -q -b main
    git config user.name Ann
    git config user.email ann@localhost
    mkdir app
    echo hello >README.md
    echo 'module example.org/x' >go.mod
    cp "$(command -v busybox)" app/busybox
    printf 'FROM scratch\nCOPY busybox /bin/busybox\n' >app/Dockerfile
    git add -A
    git commit -qm base

    pull 1 'RUN ["/bin/busybox", "true"]'
    printf 'target "default" {\n context = "app"\n output = ["type=cacheonly"]\n}\n' >docker-bake.hcl
    keep 2
    printf 'target "default" {\n context = "app"\n entitlements = ["security.insecure"]\n}\n' >docker-bake.hcl
    keep 3
    pull 5 'RUN ["/bin/busybox", "sleep", "4242"]'
    pull 6 'RUN --security=insecure ["/bin/busybox", "true"]'
    pull 7 'RUN ["/bin/busybox", "false"]'
    pull 8 'RUN ["/bin/busybox", "sleep", "8"]'
    git checkout -q -B conflict main
    echo other >README.md
    keep 4
    git checkout -q main
    echo moved >README.md
    git commit -qam 'the base moves on'
  )
  git clone -q --mirror "$work/src" "$work/served/repo.git"
}

# Sets $url.
serve() {
  make_repository
  printf %s "$token" >"$work/token"
  mkfifo "$work/stdin"
  "$git_server" "$work/served" "$work/token" <"$work/stdin" >"$work/port" &
  exec 9>"$work/stdin"
  eventually 10 test -s "$work/port"
  url=http://127.0.0.1:$(cat "$work/port")/repo.git
}

run() { # NUMBER ARGUMENT...   sets $status; what was printed is in $work/out
  number=$1
  shift
  status=0
  GITHUB_PAT=$token pr run --host-network --image "$image" --repo "$url" --ref "pull/$number/head" --base main \
    ${API_SERVER:+--api-server "$API_SERVER"} "$@" >"$work/out" 2>&1 || status=$?
}
launch() { # NUMBER ARGUMENT...   the same in the background, as process $client
  number=$1
  shift
  background --host-network --image "$image" --repo "$url" --ref "pull/$number/head" --base main \
    ${API_SERVER:+--api-server "$API_SERVER"} "$@"
}

ended() { # STATUS
  [ "$status" -eq "$1" ] || {
    cat "$work/out"
    false
  }
}
none_left() {
  [ -z "$(k get job,secret,serviceaccount,role,rolebinding,configmap,deployment,replicaset,pod -l "$ours" -o name)" ]
}
pod_waits() { # at its end, to be looked into
  [ "$(k get pod -l "job-name=$job" -o 'jsonpath={.items[0].status.containerStatuses[0].state.running}' 2>/dev/null)" ]
}
# shellcheck disable=SC2154 # `launch` sets it
kill_client() {
  kill -KILL "$client"
  wait "$client" 2>/dev/null || :
}
