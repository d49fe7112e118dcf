#!/bin/sh
# api-server.sh PROGRAM   pr-pod against a real API server: objects, ownership, RBAC, idempotency, clean-up, webhooks
# KUBECONFIG_DEV names the cluster; kubectl is in PATH. Without controllers, what they do is not looked at.
program=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
job=test-pr-pod-with-pat
kinds=secret,serviceaccount,role,rolebinding,configmap,deployment
ours=app.kubernetes.io/managed-by=prow-coverage-pr-pod

start() { # ARGUMENT...   a run in the background
  background --repo https://github.com/a/b --ref pull/5/head --base main --build "$@"
}
resumed() {
  [ "$(k get job "$job" -o 'jsonpath={.spec.suspend}' 2>/dev/null)" = false ]
}
count_objects() {
  k get "job,$kinds" -l "$ours" -o name 2>/dev/null | wc -l
}
none_left() {
  [ "$(count_objects)" -eq 0 ]
}
may() {
  [ "$(k auth can-i --as="system:serviceaccount:$ns:$job" "$@" 2>/dev/null)" = yes ]
}
all_owned() {
  uid=$(k get job "$job" -o 'jsonpath={.metadata.uid}')
  for owner in $(k get "$kinds" -l "$ours" \
    -o 'jsonpath={range .items[*]}{.metadata.ownerReferences[0].uid}{"\n"}{end}'); do
    [ "$owner" = "$uid" ] || return 1
  done
}
has_controllers() {
  eventually 5 k get serviceaccount default >/dev/null 2>&1
}

kubectl create namespace "$ns" >/dev/null
trap 'finish' EXIT

for flags in '' --build '--build --rootless --allow-entitlement network.host' '--host-network --keep-alive 5m'; do
  # shellcheck disable=SC2086
  GITHUB_PAT=$token pr run --dry-run --repo https://github.com/a/b --ref main --base main $flags >"$work/objects"
  check "objects are valid ($flags)" k apply --dry-run=server -f "$work/objects"
done
check "the dry run shows no token" lacks "$work/objects" "$token"
check "the dry run has changed nothing" none_left

start
check "the Job is resumed" eventually 20 resumed
check "everything is there" [ "$(count_objects)" -eq 7 ]
check "everything is owned by the Job" all_owned
check "a second run of the name is refused" refuses pr run --repo https://github.com/a/b --ref main
k get "job,$(echo $kinds | sed 's/secret,//'),pod,event" -o yaml >"$work/yaml" 2>/dev/null
check "no object but the Secret has the token" lacks "$work/yaml" "$token"
check "status knows the run" sh -c "'$program' pr-pod status -n '$ns' | grep -q '$job  running'"

check "the account may get its builder" may get deployments/$job-builder
check "the account may list pods" may list pods
check "the account may exec" may create pods --subresource=exec
for wrong in 'get secrets' 'list secrets' 'get deployments/other' 'list deployments' 'create deployments' \
  'delete deployments' 'patch deployments' 'get pods' 'create pods' 'delete pods' 'get configmaps' \
  'create jobs' 'get jobs' 'create serviceaccounts --subresource=token' 'get pods --subresource=log' 'create rolebindings' 'escalate roles'; do
  # shellcheck disable=SC2086
  check "the account may not $wrong" refuses may $wrong
done

kill -INT "$client"
status=0
wait "$client" || status=$?
check "Ctrl-C ends the watching alone" [ "$status" -eq 130 ]
check "Ctrl-C says how to clean up" says "$work/out" "pr-pod clean"
check "the Job goes on" resumed
check "nothing that was printed has the token" lacks "$work/out" "$token"

check "clean --dry-run removes nothing" sh -c "'$program' pr-pod clean --dry-run -n '$ns' | grep -q 'would remove'"
check "the Job is still there" resumed
check "clean" pr clean
check "clean again" pr clean
if has_controllers; then
  check "clean-up leaves nothing" eventually 30 none_left
fi

# A client that died before it resumed the Job.
GITHUB_PAT=$token pr run --dry-run --repo https://github.com/a/b --ref main >"$work/objects"
k create -f "$work/objects" >/dev/null 2>&1 || :
start
check "a run that was never resumed is replaced" eventually 30 resumed
check "and so is what it left" all_owned
kill -INT "$client"
wait "$client" || :

start --unique
check "--unique runs beside it" eventually 20 says "$work/out" " created"
kill -INT "$client"
wait "$client" || :
check "clean --all --older-than leaves new ones" pr clean --all --older-than 1h
check "they are there" [ "$(k get job -l "$ours" -o name | wc -l)" -eq 2 ]
check "clean --all" pr clean --all
check "no Job is left" [ "$(k get job -l "$ours" -o name | wc -l)" -eq 0 ]

k delete secret github-pat-secret --ignore-not-found >/dev/null # without controllers it is still there
k create secret generic github-pat-secret --from-literal=token=theirs >/dev/null
GITHUB_PAT=$token pr run --repo https://github.com/a/b --ref main >"$work/out" 2>&1 && status=0 || status=$?
check "a Secret of somebody else's is left alone" says "$work/out" "was not made by pr-pod"
check "and the Job is taken back" sh -c "! kubectl -n '$ns' get job $job 2>/dev/null"
k delete secret github-pat-secret >/dev/null

pr doctor >"$work/out" 2>&1 || :
check "doctor finds all permissions" says "$work/out" "ok    permissions"


kubectl create namespace "$ns-ending" >/dev/null
kubectl -n "$ns-ending" create configmap holds >/dev/null
kubectl -n "$ns-ending" patch configmap holds --type=merge -p '{"metadata":{"finalizers":["pr-pod.test/hold"]}}' >/dev/null
kubectl delete namespace "$ns-ending" --wait=false >/dev/null
status=0
"$program" pr-pod run -n "$ns-ending" --repo https://github.com/a/b --ref main >"$work/out" 2>&1 || status=$?
check "a namespace that is terminating refuses the run" [ "$status" -eq 1 ]
check "and is told as such" says "$work/out" "$ns-ending is going away"
"$program" pr-pod doctor -n "$ns-ending" >"$work/out" 2>&1 || :
check "doctor tells so, too" says "$work/out" "BAD   namespace    $ns-ending is terminating"
kubectl -n "$ns-ending" patch configmap holds --type=merge -p '{"metadata":{"finalizers":null}}' >/dev/null

if has_controllers; then
  k create quota none --hard=pods=0 >/dev/null
  start
  check "a quota is told in words" eventually 30 says "$work/out" "exceeded quota"
  kill -INT "$client"
  wait "$client" || :
  pr clean >/dev/null
fi

"$program" pr-pod run -n nowhere --repo https://github.com/a/b --ref main >"$work/out" 2>&1 && status=0 || status=$?
check "a missing namespace is told with the fix" says "$work/out" "kubectl create namespace nowhere"

if kubectl get crd prowjobs.prow.k8s.io >/dev/null 2>&1; then
  payload=$here/../testdata/payloads/pull_request.opened.json
  start_github
  put_pull '{"org": "kubevirt", "repo": "project-infra", "number": 4301, "files": ["robots/a.go"],
    "head_sha": "1d11e70f14d6c8067d362416b2b395561b1a6450"}'
  for source in "--payload $payload" '--pr kubevirt/project-infra#4301'; do
    k delete prowjobs --all >/dev/null
    # shellcheck disable=SC2086
    GITHUB_PAT=$token pr run --simulate-webhook --github-endpoint "$github" $source >"$work/out" 2>&1 && status=0 || status=$?
    check "a webhook is simulated (${source%% *})" [ "$status" -eq 0 ]
    for words in 'answered 200' 'decision  job_created' '# status that would be set' 'kind: ProwJob'; do
      check "it shows: $words" says "$work/out" "$words"
    done
    check "the ProwJob is there" [ "$(k get prowjobs -o name | wc -l)" -eq 1 ]
    check "no token was printed" lacks "$work/out" "$token"
  done
fi
