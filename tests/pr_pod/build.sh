#!/bin/sh
# build.sh PROGRAM GIT-SERVER   pr-pod's builds on a real node, with buildx's Kubernetes driver and BuildKit
# As node.sh; IMAGE has docker buildx as well, the node has BuildKit's image, and API_SERVER is host:port of the API
# server as a pod sees it, where that is not the service.
program=$1
git_server=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/served.sh"

# On a node of one's own its processes are seen.
no_process_is_left() {
  refuses pgrep -f 'busybox sleep 4242' && refuses pgrep -f '^buildkitd'
}

kubectl create namespace "$ns" >/dev/null
trap 'finish' EXIT
serve

run 1 --build
check "a Dockerfile is built" ended 0
check "the build is streamed" says "$work/out" '[2/2] RUN ["/bin/busybox", "true"]'
pr verify >"$work/verify" 2>&1 || :
check "its digest is recorded" says "$work/verify" '{"path":"app/Dockerfile","digest":"sha256:'
run 1 --build --rootless
check "so it is without privilege" ended 0

run 2 --build
check "a bake file is built" ended 0
pr verify >"$work/verify" 2>&1 || :
check "the digest of its target is recorded" says "$work/verify" '{"path":"docker-bake.hcl#default","digest":"sha256:'

run 3 --build
check "a bake file's entitlement that was not allowed fails" ended 1
check "and is named" says "$work/out" "asks for security.insecure, which is not allowed: --allow-entitlement security.insecure"
run 6 --build
check "so does a Dockerfile's" ended 1
check "which BuildKit refuses" says "$work/out" "security.insecure is not allowed"
run 6 --build --allow-entitlement security.insecure --rm
check "one that was allowed is granted" ended 0
check "--rm leaves nothing" eventually 30 none_left

run 7 --build
check "a build that fails is the verdict" ended 1
check "with its reason" says "$work/out" "in phase build: building app/Dockerfile failed: failed to solve: "
run 1 --build --builder-image localhost/not-there:1 --build-timeout 6s
check "a builder that cannot start is told in words" says "$work/out" \
  "builder: buildkitd waits: its image cannot be pulled"
run 5 --build --build-timeout 6s
check "a build that takes too long is stopped" ended 1
check "and told so" says "$work/out" "the build was stopped after 6 s (--build-timeout)"

pr clean >/dev/null
launch 1 --build --keep-alive 5m
check "a pod is kept behind its build" eventually 90 pod_waits
check "verify tells its buildx" sh -c "'$program' pr-pod verify -n '$ns' | grep -q 'buildx  *github.com/docker/buildx'"
builder=$(k get pod -l "app=$job-builder" -o name)
check "the builder keeps layers" k exec "$builder" -- sh -c 'find /var/lib/buildkit -name busybox | grep -q .'
check "none of which has the token" refuses k exec "$builder" -- grep -rqF "$token" /var/lib/buildkit
kill_client
pr clean >/dev/null
check "clean leaves nothing of it" eventually 30 none_left

launch 5 --build
check "a build is under way" eventually 90 says "$work/out" '[2/2] RUN ["/bin/busybox", "sleep", "4242"]'
pr clean >/dev/null
check "the Job deleted in the middle of it leaves nothing" eventually 30 none_left
check "no process either" eventually 10 no_process_is_left
status=0
wait "$client" || status=$?
check "and is told to who watches" ended 1

launch 8 --build
check "another is under way" eventually 90 says "$work/out" '[2/2] RUN ["/bin/busybox", "sleep", "8"]'
kill_client
status=0
pr logs -f >"$work/out" 2>&1 || status=$?
check "a client killed in the middle changes nothing" ended 0
check "logs -f takes it up" says "$work/out" "the Job has succeeded"
check "clean" pr clean
check "leaves nothing" eventually 30 none_left
