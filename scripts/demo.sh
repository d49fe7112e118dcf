#!/bin/sh
# demo.sh BIN_DIR   two processes on loopback, two pull requests, and what became of them
set -eu
bin=$(cd "$1" && pwd)
dir=$(mktemp -d)
pids=
cleanup() {
  status=$?
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  for pid in $pids; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }
number_after() { sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1" | head -n 1; }
await() { # WHAT COMMAND...   until the command succeeds, 15 s at the most
  what=$1
  shift
  i=0
  until "$@" 2>/dev/null; do
    i=$((i + 1))
    [ $i -lt 300 ] || { echo "no sign of $what; the daemon's log:" >&2; cat "$dir/daemon.log" >&2; exit 1; }
    sleep 0.05
  done
}
ask() { curl -fsS "$@"; }

say "starting the sandbox: a fake GitHub, Kubernetes API with plank, and artifact store"
"$bin/prow-coverage-sandbox" --port-file "$dir/ports" --kubeconfig-file "$dir/kubeconfig" \
  >"$dir/sandbox.out" 2>"$dir/sandbox.log" &
pids="$pids $!"
await "the sandbox" test -s "$dir/ports"
github=http://127.0.0.1:$(number_after "$dir/ports" github_port)
kube=http://127.0.0.1:$(number_after "$dir/ports" kube_port)
artifacts=http://127.0.0.1:$(number_after "$dir/ports" artifacts_port)
echo "GitHub at $github, Kubernetes API at $kube, artifacts at $artifacts"

say "starting the daemon"
printf 'demo-webhook-secret' >"$dir/hmac"
printf 'demo-token' >"$dir/token"
"$bin/prow-coverage" serve --address 127.0.0.1 --port 0 --health-port 0 --metrics-port 0 \
  --hmac-secret-file "$dir/hmac" --github-token-path "$dir/token" --github-endpoint "$github" \
  --kubeconfig "$dir/kubeconfig" --artifacts-url "$artifacts" --inbox "$dir/inbox.db" 2>"$dir/daemon.log" &
pids="$pids $!"
await "the daemon" grep -q '"msg":"serving"' "$dir/daemon.log"
url=http://127.0.0.1:$(number_after "$dir/daemon.log" port)/
health=http://127.0.0.1:$(number_after "$dir/daemon.log" health_port)
await "readiness" ask -o "$dir/ready" "$health/healthz/ready"
echo "webhooks at $url, $health/healthz/ready says $(cat "$dir/ready")"

pull_request() { # NUMBER TITLE FILES(JSON)
  ask -o /dev/null -X PUT "$github/_sandbox/pulls" -d "{\"org\":\"kubevirt\",\"repo\":\"project-infra\",
    \"number\":$1,\"title\":\"$2\",\"author\":\"hana\",\"head_ref\":\"work-$1\",\"files\":$3}"
}
deliver() { # NUMBER GUID
  ask -X POST "$github/_sandbox/deliver" -d "{\"url\":\"$url\",\"secret\":\"demo-webhook-secret\",
    \"event\":\"pull_request\",\"action\":\"opened\",\"org\":\"kubevirt\",\"repo\":\"project-infra\",
    \"number\":$1,\"guid\":\"$2\"}"
  echo
}
decision() { grep "\"event-GUID\":\"$1\"" "$dir/daemon.log" | grep '"reason"'; }

say "pull request 101 changes robots/flake-finder/main.go; GitHub sends the signed webhook"
pull_request 101 "flake-finder: count a renamed lane once" '["robots/flake-finder/main.go","README.md"]'
deliver 101 00000000-0000-4000-8000-000000000101
await "a decision" decision 00000000-0000-4000-8000-000000000101 >/dev/null
say "the decision, as it stands in the daemon's log"
decision 00000000-0000-4000-8000-000000000101
say "the ProwJob that arrived at the Kubernetes API"
ask -H 'Accept: application/yaml' "$kube/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs"
say "the status that arrived at GitHub"
ask -H 'Accept: application/yaml' "$github/_sandbox/statuses"

say "plank starts the pod, the tests pass: 71.4 % of the statements, 70.2 % at the base"
ask -o /dev/null -X POST "$github/_sandbox/plank" -d '{"outcome":"success","schedule_ms":300,"run_ms":700,
  "coverage":{"pr":71.4,"base":70.2,"threshold":null}}'
final_status() { ask "$github/_sandbox/statuses" | grep -q '"state":"success"'; }
await "the final status" final_status
say "what the pod left in the artifact store"
ask -H 'Accept: application/yaml' "$github/_sandbox/artifacts"
summary=$(ask "$github/_sandbox/artifacts" | tr '"' '\n' | grep 'coverage-summary')
ask "$artifacts/$summary"
say "every status that arrived at GitHub: pending, the same with the build's page, and the numbers"
ask -H 'Accept: application/yaml' "$github/_sandbox/statuses"

say "pull request 102 changes documentation only"
pull_request 102 "docs: spell the lane's name" '["docs/lanes.md"]'
deliver 102 00000000-0000-4000-8000-000000000102
await "a decision" decision 00000000-0000-4000-8000-000000000102 >/dev/null
say "the decision: why it gets no job"
decision 00000000-0000-4000-8000-000000000102
say "the sandbox has no ProwJob and no status more than before"
ask "$github/_sandbox/summary"
echo

say "SIGTERM to the daemon"
# shellcheck disable=SC2086
kill ${pids##* }
# shellcheck disable=SC2086
wait ${pids##* }
tail -n 2 "$dir/daemon.log"
say "done; nothing is left running"
