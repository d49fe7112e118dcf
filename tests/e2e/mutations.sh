#!/bin/sh
# mutations.sh BUILD_DIR [NAME]   breaks a copy of deploy/ in one way after the other, and shows that the tests see each
# Needs what run.sh sets up: PROW_COVERAGE_E2E_MUTATIONS=1 run.sh BUILD_DIR calls it. With NAME, only the mutations
# whose name has that in it.
# shellcheck disable=SC2016 # $ is a line or a label of sed
set -eu
build=$(cd "$1" && pwd)
only=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$PROW_COVERAGE_E2E_WORK/deploy
export PROW_COVERAGE_DEPLOY="$copy"
seen=0
missed=0

# Those that only read first: they are the quicker ones.
run_tests() {
  "$build/bin/e2e" --gtest_fail_fast --gtest_filter='DeployDir.*:ManifestsTest.*:Presubmit.*' &&
    "$build/bin/e2e" --gtest_fail_fast --gtest_filter='DeploymentTest.*'
}

mutate() { # NAME FILE SED...   the first line that a sed expression changes is the mutation
  name=$1
  file=$2
  shift 2
  case $name in *"$only"*) ;; *) return 0 ;; esac
  rm -rf "$copy"
  cp -R "$root/deploy" "$copy"
  if [ "$file" = rm ]; then rm "$copy/$1"; else sed -i "$@" "$copy/$file"; fi
  if diff -r "$root/deploy" "$copy" >/dev/null; then
    echo "MUTATION CHANGES NOTHING  $name" >&2
    exit 2
  fi
  if run_tests >"$copy.log" 2>&1; then
    missed=$((missed + 1))
    echo "not seen  $name"
    return 0
  fi
  by=$(sed -n 's/^\[  FAILED  \] \([A-Z][A-Za-z]*\.*[A-Za-z]*\).*/\1/p' "$copy.log" | head -n 1)
  # Red for another reason than a failed test shows nothing.
  [ -n "$by" ] || { cat "$copy.log" && echo "NO TEST FAILED  $name" && exit 2; } >&2
  seen=$((seen + 1))
  echo "seen      $name: $by"
}

d=base/deployment.yaml
rm -rf "$copy" && cp -R "$root/deploy" "$copy"
run_tests >"$copy.log" 2>&1 || { echo "the unbroken manifests fail already:"; cat "$copy.log"; exit 2; }

mutate 'Deployment: selector' $d '/matchLabels/,/app:/s/app: .*/app: coverage/'
mutate 'Deployment: pod label' $d '/template:/,/app:/s/app: .*/app: coverage/'
mutate 'Deployment: serviceAccountName' $d 's/serviceAccountName: .*/serviceAccountName: coverage/'
mutate 'Deployment: no serviceAccountName' $d '/serviceAccountName/d'
mutate 'Deployment: namespace' $d 's/namespace: kubevirt-prow$/namespace: default/'
mutate 'Deployment: unknown flag' $d 's/--inbox=/--inbox-path=/'
mutate 'Deployment: flag value' $d 's/--grace-period=150s/--grace-period=150/'
mutate 'Deployment: --config path' $d 's,--config=/etc/coverage/config.yaml,--config=/etc/coverage/coverage.yaml,'
mutate 'Deployment: --jobs-namespace' $d 's/--jobs-namespace=.*/--jobs-namespace=kubevirt-prow/'
mutate 'Deployment: no ghproxy' $d '/ghproxy/d'
mutate 'Deployment: --port moved' $d 's/--grace-period=150s/&\n        - --port=9900/'
mutate 'Deployment: --health-port moved' $d 's/--grace-period=150s/&\n        - --health-port=8082/'
mutate 'Deployment: --endpoint moved' $d 's,--grace-period=150s,&\n        - --endpoint=/hook,'
mutate 'Deployment: --address loopback' $d 's/--grace-period=150s/&\n        - --address=127.0.0.1/'
mutate 'Deployment: --dry-run' $d 's/--grace-period=150s/&\n        - --dry-run/'
mutate 'Deployment: --inbox in memory' $d 's,--inbox=.*,--inbox=:memory:,'
mutate 'Deployment: --inbox beside the volume' $d 's,--inbox=.*,--inbox=/var/lib/inbox.db,'
mutate 'Deployment: http port' $d 's/containerPort: 9901/containerPort: 9900/'
mutate 'Deployment: health port' $d 's/containerPort: 8081/containerPort: 8080/'
mutate 'Deployment: metrics port' $d 's/containerPort: 9090/containerPort: 9091/'
mutate 'Deployment: port name' $d 's/- name: http$/- name: webhook/'
mutate 'Deployment: readiness path' $d 's,/healthz/ready,/readyz,'
mutate 'Deployment: readiness port' $d '/readinessProbe/,/period/s/port: health/port: http/'
mutate 'Deployment: liveness path' $d 's,path: /healthz$,path: /livez,'
mutate 'Deployment: liveness by readiness' $d 's,path: /healthz$,path: /healthz/ready,'
mutate 'Deployment: no readiness probe' $d '/readinessProbe/,/periodSeconds/d'
mutate 'Deployment: no inbox mount' $d '/- name: inbox$/{N;/mountPath/d}'
mutate 'Deployment: no hmac mount' $d '/- name: hmac$/{N;N;/mountPath/d}'
mutate 'Deployment: no config mount' $d '/- name: config$/{N;N;/mountPath/d}'
mutate 'Deployment: inbox mounted read-only' $d 's,mountPath: /var/lib/prow-coverage,&\n          readOnly: true,'
mutate 'Deployment: inbox mounted elsewhere' $d 's,mountPath: /var/lib/prow-coverage,mountPath: /data,'
mutate 'Deployment: hmac secret' $d 's/secretName: hmac-token/secretName: hmac/'
mutate 'Deployment: hmac mode' $d 's/defaultMode: 0440/defaultMode: 0400/'
mutate 'Deployment: config map' $d 's/name: prow-coverage-config/name: coverage-config/'
mutate 'Deployment: claim' $d 's/claimName: .*/claimName: inbox/'
mutate 'Deployment: strategy' $d 's/type: Recreate/type: RollingUpdate/'
mutate 'Deployment: replicas' $d 's/replicas: 1/replicas: 2/'
mutate 'Deployment: runs as root' $d 's/runAsUser: 65532/runAsUser: 0/'
mutate 'Deployment: no fsGroup' $d '/fsGroup/d'
mutate 'Deployment: root file system writable' $d '/readOnlyRootFilesystem/d'
mutate 'Deployment: privilege escalation' $d '/allowPrivilegeEscalation/d'
mutate 'Deployment: capabilities' $d '/drop:/s/ALL/NET_RAW/'
mutate 'Deployment: seccomp' $d 's/type: RuntimeDefault/type: Unconfined/'
mutate 'Deployment: killed before it is done' $d 's/terminationGracePeriodSeconds: 180/terminationGracePeriodSeconds: 30/'
mutate 'Deployment: no token mounted' $d 's/serviceAccountName: .*/&\n      automountServiceAccountToken: false/'
mutate 'Deployment: misspelt field' $d 's/imagePullPolicy/imagePulPolicy/'
mutate 'Deployment: moving tag' $d 's/:v0.1.0/:latest/'
mutate 'Deployment: no resources' $d '/resources:/,/memory: 512Mi/d'
mutate 'Service: selector' base/service.yaml '/selector/,/app:/s/    app: .*/    app: coverage/'
mutate 'Service: port' base/service.yaml 's/port: 9901/port: 9900/'
mutate 'Service: targetPort' base/service.yaml 's/targetPort: http/targetPort: 9900/'
mutate 'Service: targetPort of another' base/service.yaml 's/targetPort: http/targetPort: health/'
mutate 'Service: name' base/service.yaml 's/  name: prow-coverage/  name: coverage/'
mutate 'Service: namespace' base/service.yaml 's/namespace: .*/namespace: kubevirt-prow-jobs/'
mutate 'ServiceAccount: name' base/service-account.yaml 's/name: prow-coverage/name: coverage/'
for verb in create get list watch patch; do
  mutate "Role: no $verb" base/jobs-rbac.yaml "/verbs/s/\b$verb\b,\? \?//"
done
mutate 'Role: delete as well' base/jobs-rbac.yaml 's/verbs: \[/verbs: [delete, /'
mutate 'Role: everything' base/jobs-rbac.yaml 's/verbs: .*/verbs: ["*"]/'
mutate 'Role: API group' base/jobs-rbac.yaml 's/apiGroups: .prow.k8s.io./apiGroups: [prow.k8s.io.]/'
mutate 'Role: resource' base/jobs-rbac.yaml 's/resources: .prowjobs./resources: [prowjob]/'
mutate 'Role: pods as well' base/jobs-rbac.yaml 's/resources: .prowjobs./resources: [prowjobs, pods]/'
mutate 'Role: namespace' base/jobs-rbac.yaml '0,/ namespace:/s/namespace: .*/namespace: kubevirt-prow/'
mutate 'RoleBinding: subject' base/jobs-rbac.yaml '/subjects/,$s/name: prow-coverage/name: coverage/'
mutate 'RoleBinding: namespace of the subject' base/jobs-rbac.yaml '$s/namespace: .*/namespace: default/'
mutate 'RoleBinding: role' base/jobs-rbac.yaml '/roleRef/,/name/s/name: .*/name: coverage/'
mutate 'Lease role: any lease' base/lease-rbac.yaml '/resourceNames/d'
mutate 'Lease role: no update' base/lease-rbac.yaml 's/, update//'
mutate 'Lease role: another name' base/lease-rbac.yaml 's/resourceNames: .*/resourceNames: [coverage]/'
mutate 'Lease role: subject' base/lease-rbac.yaml '$s/namespace: .*/namespace: default/'
mutate 'Claim: name' base/inbox.yaml 's/name: prow-coverage-inbox/name: inbox/'
mutate 'ConfigMap: key' base/kustomization.yaml 's/- config.yaml/- coverage.yaml=config.yaml/'
mutate 'ConfigMap: name' base/kustomization.yaml 's/name: prow-coverage-config/name: coverage-config/'
mutate 'ConfigMap: broken configuration' base/config.yaml 's/testPackages/testPackage/'
mutate 'ConfigMap: jobs elsewhere' base/config.yaml 's/namespace: .*/namespace: prow-jobs/'
for entry in service-account jobs-rbac lease-rbac inbox deployment service; do
  mutate "kustomization: no $entry" base/kustomization.yaml "/- $entry.yaml/d"
done
mutate 'kustomization: entry without its file' rm base/service.yaml
for overlay in token app; do
  o=overlays/$overlay
  mutate "$overlay: no base" $o/kustomization.yaml '/base/d'
  mutate "$overlay: no patch" $o/kustomization.yaml '/patches/,$d'
  mutate "$overlay: patch of another" $o/kustomization.yaml 's/name: coverage/name: prow-coverage/'
  mutate "$overlay: secret" $o/deployment.yaml 's/secretName: .*/secretName: github/'
  mutate "$overlay: mount path" $o/deployment.yaml 's,mountPath: .*,mountPath: /etc/oauth,'
  mutate "$overlay: name of the volume" $o/deployment.yaml '0,/name: github$/s//name: token/'
done
mutate 'token: path of the token' overlays/token/deployment.yaml 's,/etc/github/oauth$,/etc/github/token,'
mutate 'app: key of the id' overlays/app/deployment.yaml 's/key: appid/key: id/'
mutate 'app: secret of the id' overlays/app/deployment.yaml '0,/name: github-token/s//name: oauth-token/'
mutate 'app: variable' overlays/app/deployment.yaml 's/(GITHUB_APP_ID)/(APP_ID)/'
mutate 'app: path of the key' overlays/app/deployment.yaml 's,/etc/github/cert,/etc/github/key,'
mutate 'ephemeral-inbox: keeps the claim' components/ephemeral-inbox/kustomization.yaml '/no-claim/d'
mutate 'ephemeral-inbox: no emptyDir' components/ephemeral-inbox/deployment.yaml '/emptyDir/,$d'
mutate 'plugins.yaml: endpoint' prow/plugins.yaml 's/:9901/:9900/'
mutate 'plugins.yaml: events' prow/plugins.yaml 's/pull_request/push/'
mutate 'plugins.yaml: a repository left out' prow/plugins.yaml '/ci-health/,$d'
mutate 'presubmit: make target' prow/presubmits.yaml 's/make image/make images/'
mutate 'presubmit: misspelt field' prow/presubmits.yaml 's/privileged/priviliged/'

echo "$seen mutations seen, $missed not seen"
[ "$missed" = 0 ]
