#!/bin/sh
# node.sh PROGRAM GIT-SERVER   pr-pod on a real node: clone with a token, logs, verdicts, deletion in the middle
# KUBECONFIG_DEV names the cluster, whose pods reach this machine's loopback with hostNetwork; kubectl is in PATH.
# IMAGE (docker:24-git) has sh and git and is on the node. BUILD=1: it has docker buildx as well, and the node
# BuildKit's image; API_SERVER is then host:port of the API server as a pod sees it.
program=$1
git_server=$2
. "$(dirname "$0")/lib.sh"
image=${IMAGE:-docker:24-git}
job=test-pr-pod-with-pat
ours=app.kubernetes.io/managed-by=prow-coverage-pr-pod

make_repositories() {
  mkdir "$work/src" "$work/served"
  (
    cd "$work/src"
    git init -q -b main
    git config user.name Ann
    git config user.email ann@localhost
    mkdir app insecure
    echo hello >README.md
    echo 'module example.org/x' >go.mod
    cp "$(command -v busybox)" app/busybox
    printf 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "true"]\n' >app/Dockerfile
    git add -A
    git commit -qm base
    git checkout -qb work
    echo change >app/change
    git add -A
    git commit -qm change
    git update-ref refs/pull/1/head HEAD
    printf 'target "default" {\n context = "app"\n output = ["type=cacheonly"]\n}\n' >docker-bake.hcl
    git add -A
    git commit -qm bake
    git update-ref refs/pull/2/head HEAD
    printf 'target "default" {\n context = "app"\n entitlements = ["security.insecure"]\n}\n' >docker-bake.hcl
    git add -A
    git commit -qm insecure
    git update-ref refs/pull/3/head HEAD
    git checkout -q main
    git checkout -qb conflict
    echo other >README.md
    git commit -qam conflict
    git update-ref refs/pull/4/head HEAD
    git checkout -q main
    echo moved >README.md
    git commit -qam 'the base moves on'
  )
  git clone -q --mirror "$work/src" "$work/served/repo.git"
}

serve() {
  printf %s "$token" >"$work/token"
  mkfifo "$work/stdin"
  "$git_server" "$work/served" "$work/token" <"$work/stdin" >"$work/port" &
  exec 9>"$work/stdin"
  eventually 10 test -s "$work/port"
  url=http://127.0.0.1:$(cat "$work/port")/repo.git
}

# run NUMBER ARGUMENT...   sets $status; what was printed is in $work/out
run() {
  number=$1
  shift
  status=0
  GITHUB_PAT=$token pr run --host-network --image "$image" --repo "$url" --ref "pull/$number/head" --base main \
    ${API_SERVER:+--api-server "$API_SERVER"} "$@" >"$work/out" 2>&1 || status=$?
}
ended() {
  [ "$status" -eq "$1" ] || {
    cat "$work/out"
    false
  }
}
none_left() {
  [ -z "$(k get job,secret,serviceaccount,role,rolebinding,configmap,deployment,replicaset,pod -l "$ours" -o name)" ]
}
pod_runs() {
  [ "$(k get pod -l job-name=$job -o 'jsonpath={.items[0].status.containerStatuses[0].state.running}' 2>/dev/null)" ]
}
builder_is_there() {
  [ -n "$(k get pod -l app=$job-builder -o name)" ]
}

kubectl create namespace "$ns" >/dev/null
trap 'finish' EXIT
make_repositories
serve

run 1
check "a pull request is cloned with the token, and the verdict is 0" ended 0
for words in '[checkout] cloning' '[verify] ' '[detect] 1 Dockerfile(s)' '[report] passed' 'the Job has succeeded'; do
  check "it is told: $words" says "$work/out" "$words"
done
check "the log has no token" lacks "$work/out" "$token"
check "verify reads the record" pr verify
pr logs >"$work/logs"
check "logs print it again" says "$work/logs" "[checkout] cloning"
k get job,pod,event,configmap -o yaml >"$work/yaml"
check "no object but the Secret has the token" lacks "$work/yaml" "$token"

run 4
check "a conflict fails" ended 1
check "and is named" says "$work/out" "conflicts with main in 1 file(s)"
check "verify tells what is missing" sh -c "'$program' pr-pod verify -n '$ns' 2>&1 | grep -q 'checkout failed: '"

token_was=$token
token=ghp_expired
run 1
check "a refused token fails" ended 1
check "and is told from a missing repository" says "$work/out" "(401)"
token=$token_was

run 1 --image localhost/not-there:1 --start-timeout 10s
check "an image that cannot be pulled is told in words" says "$work/out" "image cannot be pulled"

pr clean >/dev/null
run 1 --rm
check "--rm" ended 0
check "leaves nothing" eventually 30 none_left

background --host-network --image "$image" --repo "$url" --ref pull/1/head --base main --keep-alive 5m
check "a pod is kept" eventually 60 pod_runs
check "exec" sh -c "'$program' pr-pod exec -n '$ns' -- cat /workspace/app/change | grep -q change"
check "verify looks into it" sh -c "'$program' pr-pod verify -n '$ns' | grep -q '  now '"
pr exec -- sh -c 'cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -size -200k -exec cat {} +; cat /workspace/.git/config' \
  >"$work/search" 2>/dev/null || :
check "the pod can be searched" says "$work/search" PR_POD_REPO_URL
check "no readable file or process of the pod has the token" lacks "$work/search" "$token"
kill -KILL "$client"
wait "$client" 2>/dev/null || :
check "the Job outlives its client" pod_runs
check "clean" pr clean
check "leaves nothing" eventually 30 none_left

if [ -n "${BUILD:-}" ]; then
  run 1 --build
  check "a Dockerfile is built" ended 0
  check "its digest is recorded" says "$work/out" "sha256:"
  run 2 --build
  check "a bake file is built" ended 0
  run 3 --build
  check "an entitlement that was not allowed fails" ended 1
  check "and is named" says "$work/out" "security.insecure"
  (run 1 --build --name "$job") &
  client=$!
  check "a build is under way" eventually 60 builder_is_there
  pr clean >/dev/null
  check "the Job deleted in the middle of it leaves nothing" eventually 30 none_left
  wait "$client" || :
fi
