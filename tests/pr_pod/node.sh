#!/bin/sh
# node.sh PROGRAM GIT-SERVER   pr-pod on a real node: clone with a token, logs, verdicts, what goes away in the middle
# KUBECONFIG_DEV names the cluster, whose pods reach this machine's loopback with hostNetwork; kubectl is in PATH.
# IMAGE (docker:24-git) has sh and git and is on the node. `$CLUSTER stop` and `start`, when set, stop and start the
# API server.
program=$1
git_server=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/served.sh"
hack=$here/../../hack
export PROW_COVERAGE="$program"

# In the order in which they were printed, and once.
log_is_whole() {
  for phase in checkout verify detect report; do
    grep "^\[$phase\]" "$work/out" | sort | uniq -d | grep . && return 1
    grep -q "^\[$phase\]" "$work/out" || return 1
  done
}

kubectl create namespace "$ns" >/dev/null
trap 'finish' EXIT
serve

run 1
check "a pull request is cloned with the token, and the verdict is 0" ended 0
for words in '[checkout] cloning' '[verify] ' '[detect] 1 Dockerfile(s)' '[report] passed' 'the Job has succeeded'; do
  check "it is told: $words" says "$work/out" "$words"
done
check "the log has no token" lacks "$work/out" "$token"
check "verify reads the record" pr verify
check "hack/verify-cloned-files.sh does" "$hack/verify-cloned-files.sh" -n "$ns"
pr logs >"$work/logs"
check "logs print it again" says "$work/logs" "[checkout] cloning"
check "status tells the end" sh -c "'$program' pr-pod status -n '$ns' | grep -q '$job  succeeded'"
k get job,pod,event,configmap -o yaml >"$work/yaml"
check "no object but the Secret has the token" lacks "$work/yaml" "$token"
pr doctor --image "$image" >"$work/doctor" 2>&1 || :
check "doctor finds the image on the node" says "$work/doctor" "$image is on a node"

run 4
check "a conflict fails" ended 1
check "and is named" says "$work/out" "conflicts with main in 1 file(s)"
check "verify tells what is missing" sh -c "'$program' pr-pod verify -n '$ns' 2>&1 | grep -q 'checkout failed: '"
check "hack/verify-cloned-files.sh fails" refuses "$hack/verify-cloned-files.sh" -n "$ns"

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

launch 1 --keep-alive 5m
check "a pod is kept" eventually 60 pod_waits
check "exec" sh -c "'$program' pr-pod exec -n '$ns' -- cat /workspace/app/Dockerfile | grep -q busybox"
check "verify looks into it" sh -c "'$program' pr-pod verify -n '$ns' | grep -q '  now '"
pr exec -- rm /workspace/README.md
check "and sees what has gone since" sh -c "'$program' pr-pod verify -n '$ns' 2>&1 | grep -q '1 of 4 files are missing'"
pr exec -- sh -c 'cat /proc/*/environ /proc/*/cmdline; find / -xdev -type f -size -200k -exec cat {} +; cat /workspace/.git/config' \
  >"$work/search" 2>/dev/null || :
check "the pod can be searched" says "$work/search" PR_POD_REPO_URL
check "no readable file or process of the pod has the token" lacks "$work/search" "$token"
kill_client
check "the Job outlives its client" pod_waits
check "clean" pr clean
check "leaves nothing" eventually 30 none_left

if [ -n "${CLUSTER:-}" ]; then
  launch 1 --keep-alive 15s
  check "a log is streamed" eventually 60 says "$work/out" "[report] keeping the pod"
  $CLUSTER stop
  check "an API server that goes away is told" eventually 30 says "$work/out" "the API server does not answer"
  sleep 2
  $CLUSTER start
  status=0
  wait "$client" || status=$?
  check "and when it comes back" says "$work/out" "the API server answers again"
  check "the verdict is the pod's" ended 0
  check "no line of the log is lost or told twice" log_is_whole
fi

pr clean --all >/dev/null
start_github
put_pull '{"org": "pr-pod-test", "repo": "nowhere", "number": 1}'
status=0
"$hack/test-local-pr.sh" pr-pod-test/nowhere#1 --github-endpoint "$github" -n "$ns" --image "$image" \
  >"$work/out" 2>&1 || status=$?
check "hack/test-local-pr.sh runs a pull request of GitHub's" says "$work/out" \
  "[checkout] cloning https://github.com/pr-pod-test/nowhere"
check "with its verdict" ended 1
