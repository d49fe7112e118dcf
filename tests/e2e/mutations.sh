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
  "$build/bin/e2e" --gtest_fail_fast --gtest_filter='DeployDir.*:ManifestsTest.*:PodSpecTest.*:Plugins.*:Presubmit.*' &&
    "$build/bin/e2e" --gtest_fail_fast --gtest_filter='DeploymentTest.*' &&
    "$build/bin/e2e" --gtest_fail_fast --gtest_filter='AccountTest.*'
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
mutate 'Deployment: paused' $d 's/replicas: 1/&\n  paused: true/'
mutate 'Deployment: no replica' $d 's/replicas: 1/replicas: 0/'
mutate 'Deployment: given up at once' $d 's/replicas: 1/&\n  progressDeadlineSeconds: 1/'
mutate 'Deployment: ready only after an hour' $d 's/replicas: 1/&\n  minReadySeconds: 500/'
mutate 'Deployment: --no-report' $d 's/--grace-period=150s/&\n        - --no-report/'
mutate 'Deployment: --report=false' $d 's/--grace-period=150s/&\n        - --report=false/'
mutate 'Deployment: --config left to its default' $d '/--config=/d'
mutate 'Deployment: --hmac-secret-file left to its default' $d '/--hmac-secret-file/d'
mutate 'Deployment: --hmac-secret-file of another' $d 's,/etc/webhook/hmac,/etc/github/oauth,'
mutate 'Deployment: --inbox left to its default' $d '/--inbox=/d'
mutate 'Deployment: --jobs-namespace left out' $d '/--jobs-namespace/d'
mutate 'Deployment: no way around ghproxy' $d '/api.github.com/d'
mutate 'Deployment: ghproxy last' $d '/http:\/\/ghproxy/{h;d};/api.github.com/G'
mutate 'Deployment: grace period of a second' $d 's/--grace-period=150s/--grace-period=1s/'
mutate 'Deployment: grace period in minutes' $d 's/--grace-period=150s/--grace-period=9m0s/'
mutate 'Deployment: command' $d 's/^        args:/        command: [\/bin\/prow-coverage]\n&/'
mutate 'Deployment: --coverage-dirs' $d 's,--grace-period=150s,&\n        - --coverage-dirs=./none/...,'
mutate 'Deployment: image' $d 's,kubevirtci/prow-coverage,kubevirtci/coverage,'
mutate 'Deployment: image of another version' $d 's/:v0.1.0/:v0.1.1/'
mutate 'Deployment: image never pulled' $d 's/imagePullPolicy: .*/imagePullPolicy: Never/'
mutate 'Deployment: port of UDP' $d 's/containerPort: 9901/&\n          protocol: UDP/'
mutate 'Deployment: host port' $d 's/containerPort: 9901/&\n          hostPort: 9901/'
mutate 'Deployment: host network' $d 's/serviceAccountName: .*/&\n      hostNetwork: true/'
mutate 'Deployment: node selector' $d 's/serviceAccountName: .*/&\n      nodeSelector: {disk: ssd}/'
mutate 'Deployment: no runAsNonRoot' $d '/runAsNonRoot/d'
mutate 'Deployment: group' $d 's/runAsGroup: 65532/runAsGroup: 0/'
mutate 'Deployment: privileged' $d 's/readOnlyRootFilesystem: true/&\n          privileged: true/'
mutate 'Deployment: no capabilities dropped' $d '/capabilities:/,/drop:/d'
mutate 'Deployment: hasty liveness' $d 's/failureThreshold: 6/failureThreshold: 1/'
mutate 'Deployment: slow readiness' $d 's/periodSeconds: 5$/periodSeconds: 600/'
mutate 'Deployment: late liveness' $d 's/periodSeconds: 10/&\n          initialDelaySeconds: 3600/'
mutate 'Deployment: liveness port' $d '/livenessProbe/,/period/s/port: health/port: metrics/'
mutate 'Deployment: liveness by HTTPS' $d 's,path: /healthz$,&\n            scheme: HTTPS,'
mutate 'Deployment: no liveness probe' $d '/livenessProbe/,/failureThreshold/d'
mutate 'Deployment: no limit' $d '/limits:/,/memory: 512Mi/d'
mutate 'Deployment: no requests' $d '/requests:/,/memory: 64Mi/d'
mutate 'Deployment: too little memory' $d 's/memory: 512Mi/memory: 8Mi/;s/memory: 64Mi/memory: 8Mi/'
mutate 'Deployment: memory in bytes' $d 's/memory: 64Mi/memory: 64/'
mutate 'Deployment: 50 processors' $d 's/cpu: 50m/cpu: 50/'
mutate 'Deployment: no volume of the hmac' $d '/^      - name: hmac$/,/defaultMode/d'
mutate 'Deployment: hmac for everybody' $d 's/defaultMode: 0440/defaultMode: 0444/'
mutate 'Deployment: hmac optional' $d 's/secretName: hmac-token/&\n          optional: true/'
mutate 'Deployment: config optional' $d 's/name: prow-coverage-config/&\n          optional: true/'
mutate 'Deployment: config by subPath' $d 's,mountPath: /etc/coverage,&\n          subPath: config.yaml,'
mutate 'Deployment: secret in another key' $d 's/secretName: hmac-token/&\n          items: [{key: hmac, path: token}]/'
mutate 'Deployment: claim read-only' $d 's/claimName: .*/&\n          readOnly: true/'
mutate 'Deployment: terminationGracePeriodSeconds left out' $d '/terminationGracePeriodSeconds/d'
mutate 'Deployment: environment' $d 's/^        ports:/        env: [{name: SSL_CERT_FILE, value: \/none}]\n&/'
mutate 'Deployment: annotation of the pod' $d '/^  template:/,/labels:/s/labels:/annotations: {sidecar.istio.io\/inject: "true"}\n      &/'
mutate 'Deployment: its own label' $d '0,/app: prow-coverage/s//app: coverage/'
mutate 'Service: selector' base/service.yaml '/selector/,/app:/s/    app: .*/    app: coverage/'
mutate 'Service: port' base/service.yaml 's/port: 9901/port: 9900/'
mutate 'Service: targetPort' base/service.yaml 's/targetPort: http/targetPort: 9900/'
mutate 'Service: targetPort of another' base/service.yaml 's/targetPort: http/targetPort: health/'
mutate 'Service: name' base/service.yaml 's/  name: prow-coverage/  name: coverage/'
mutate 'Service: namespace' base/service.yaml 's/namespace: .*/namespace: kubevirt-prow-jobs/'
mutate 'Service: headless' base/service.yaml 's/^  selector:/  clusterIP: None\n&/'
mutate 'Service: NodePort' base/service.yaml 's/^  selector:/  type: NodePort\n&/'
mutate 'Service: pods that are not ready' base/service.yaml 's/^  selector:/  publishNotReadyAddresses: true\n&/'
mutate 'Service: on the same node only' base/service.yaml 's/^  selector:/  internalTrafficPolicy: Local\n&/'
mutate 'Service: UDP' base/service.yaml 's/port: 9901/&\n    protocol: UDP/'
mutate 'Service: no metrics' base/service.yaml '/- name: metrics/,$d'
mutate 'Service: metrics of another' base/service.yaml 's/targetPort: metrics/targetPort: health/'
mutate 'Service: narrower selector' base/service.yaml '/selector/,/app:/s/    app: .*/&\n    tier: hook/'
mutate 'Service: no selector' base/service.yaml '/^  selector:/,/app:/d'
mutate 'ServiceAccount: no token' base/service-account.yaml '$s/$/\nautomountServiceAccountToken: false/'
mutate 'ServiceAccount: namespace' base/service-account.yaml 's/namespace: .*/namespace: kubevirt-prow-jobs/'
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
mutate 'Role: cluster-wide' base/jobs-rbac.yaml '0,/kind: Role/s//kind: ClusterRole/'
mutate 'Role: update as well' base/jobs-rbac.yaml 's/verbs: \[/verbs: [update, /'
mutate 'Role: one job only' base/jobs-rbac.yaml 's/resources: .prowjobs./&\n  resourceNames: [one]/'
mutate 'Role: secrets as well' base/jobs-rbac.yaml 's/^rules:/&\n- apiGroups: [""]\n  resources: [secrets]\n  verbs: [get]/'
mutate 'RoleBinding: kind of the role' base/jobs-rbac.yaml '/roleRef/,$s/kind: Role/kind: ClusterRole/'
mutate 'RoleBinding: kind of the subject' base/jobs-rbac.yaml 's/kind: ServiceAccount/kind: User/'
mutate 'RoleBinding: everybody' base/jobs-rbac.yaml '$s/$/\n- kind: Group\n  name: system:authenticated\n  apiGroup: rbac.authorization.k8s.io/'
mutate 'RoleBinding: namespace' base/jobs-rbac.yaml '/kind: RoleBinding/,/labels/s/namespace: .*/namespace: kubevirt-prow/'
mutate 'RoleBinding: no subject' base/jobs-rbac.yaml '/subjects/,$d'
mutate 'RoleBinding: subject' base/jobs-rbac.yaml '/subjects/,$s/name: prow-coverage/name: coverage/'
mutate 'RoleBinding: namespace of the subject' base/jobs-rbac.yaml '$s/namespace: .*/namespace: default/'
mutate 'RoleBinding: role' base/jobs-rbac.yaml '/roleRef/,/name/s/name: .*/name: coverage/'
mutate 'Lease role: any lease' base/lease-rbac.yaml '/resourceNames/d'
mutate 'Lease role: no update' base/lease-rbac.yaml 's/, update//'
mutate 'Lease role: another name' base/lease-rbac.yaml 's/resourceNames: .*/resourceNames: [coverage]/'
mutate 'Lease role: subject' base/lease-rbac.yaml '$s/namespace: .*/namespace: default/'
mutate 'Lease role: no create' base/lease-rbac.yaml '0,/verbs: .create./s//verbs: [get]/'
mutate 'Lease role: delete as well' base/lease-rbac.yaml 's/, update/, update, delete/'
mutate 'Lease role: namespace' base/lease-rbac.yaml 's/namespace: kubevirt-prow-jobs/namespace: kubevirt-prow/'
mutate 'Lease role: role' base/lease-rbac.yaml '/roleRef/,/name/s/name: .*/name: prow-coverage/'
mutate 'Claim: access mode' base/inbox.yaml 's/ReadWriteOnce/ReadWriteMany/'
mutate 'Claim: read-only' base/inbox.yaml 's/ReadWriteOnce/ReadOnlyMany/'
mutate 'Claim: size' base/inbox.yaml 's/1Gi/1Mi/'
mutate 'Claim: storage class' base/inbox.yaml 's/^spec:/&\n  storageClassName: fast/'
mutate 'Claim: block device' base/inbox.yaml 's/^spec:/&\n  volumeMode: Block/'
mutate 'Claim: name' base/inbox.yaml 's/name: prow-coverage-inbox/name: inbox/'
mutate 'ConfigMap: key' base/kustomization.yaml 's/- config.yaml/- coverage.yaml=config.yaml/'
mutate 'ConfigMap: name' base/kustomization.yaml 's/name: prow-coverage-config/name: coverage-config/'
mutate 'ConfigMap: broken configuration' base/config.yaml 's/testPackages/testPackage/'
mutate 'ConfigMap: none' base/kustomization.yaml '/configMapGenerator/,$d'
mutate 'ConfigMap: hashed name' base/kustomization.yaml '/disableNameSuffixHash/d'
mutate 'ConfigMap: namespace' base/kustomization.yaml 's/  namespace: .*/  namespace: default/'
mutate 'ConfigMap: build cluster' base/config.yaml 's/cluster: .*/cluster: default/'
mutate 'ConfigMap: bucket' base/config.yaml 's/bucket: .*/bucket: coverage/'
mutate 'ConfigMap: credentials of the bucket' base/config.yaml 's/credentialsSecret: .*/credentialsSecret: gcs/'
mutate 'ConfigMap: pods elsewhere' base/config.yaml 's,^  kubevirt/project-infra:,&\n    namespace: default,'
mutate 'ConfigMap: a repository misspelt' base/config.yaml 's,kubevirt/ci-health,kubevirt/ci_health,'
mutate 'ConfigMap: jobs elsewhere' base/config.yaml 's/namespace: .*/namespace: prow-jobs/'
for entry in service-account jobs-rbac lease-rbac inbox deployment service; do
  mutate "kustomization: no $entry" base/kustomization.yaml "/- $entry.yaml/d"
done
mutate 'kustomization: namespace' base/kustomization.yaml 's/^resources:/namespace: prow\n&/'
mutate 'kustomization: prefix' base/kustomization.yaml 's/^resources:/namePrefix: my-\n&/'
mutate 'kustomization: other image' base/kustomization.yaml 's,^resources:,images: [{name: quay.io/kubevirtci/prow-coverage\, newTag: latest}]\n&,'
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
mutate 'token: hmac as the token' overlays/token/deployment.yaml 's,/etc/github/oauth$,/etc/webhook/hmac,'
mutate 'token: left to its default' overlays/token/deployment.yaml '1,3d'
mutate 'app: a token as well' overlays/app/deployment.yaml '1s,^,- {op: add\, path: /spec/template/spec/containers/0/args/-\, value: --github-token-path=/etc/github/cert}\n,'
mutate 'app: another container' overlays/app/deployment.yaml 's,containers/0/env,containers/1/env,'
mutate 'app: key for everybody' overlays/app/deployment.yaml 's/0440/0444/'
mutate 'app: cert as the id' overlays/app/deployment.yaml 's/key: appid/key: cert/'
mutate 'token: path of the token' overlays/token/deployment.yaml 's,/etc/github/oauth$,/etc/github/token,'
mutate 'app: key of the id' overlays/app/deployment.yaml 's/key: appid/key: id/'
mutate 'app: secret of the id' overlays/app/deployment.yaml '0,/name: github-token/s//name: oauth-token/'
mutate 'app: variable' overlays/app/deployment.yaml 's/(GITHUB_APP_ID)/(APP_ID)/'
mutate 'app: path of the key' overlays/app/deployment.yaml 's,/etc/github/cert,/etc/github/key,'
mutate 'ephemeral-inbox: keeps the claim' components/ephemeral-inbox/kustomization.yaml '/no-claim/d'
mutate 'ephemeral-inbox: no emptyDir' components/ephemeral-inbox/deployment.yaml '/emptyDir/,$d'
mutate 'ephemeral-inbox: no bound' components/ephemeral-inbox/deployment.yaml 's/emptyDir:/emptyDir: {}/;/sizeLimit/d'
mutate 'ephemeral-inbox: in memory' components/ephemeral-inbox/deployment.yaml 's/sizeLimit: 1Gi/&\n          medium: Memory/'
mutate 'ephemeral-inbox: another volume' components/ephemeral-inbox/deployment.yaml 's/- name: inbox/- name: scratch/'
mutate 'ephemeral-inbox: target' components/ephemeral-inbox/kustomization.yaml 's/    name: coverage/    name: prow-coverage/'
mutate 'plugins.yaml: name' prow/plugins.yaml '0,/name: coverage/s//name: prow-coverage/'
mutate 'plugins.yaml: https' prow/plugins.yaml 's,http:,https:,'
mutate 'plugins.yaml: host' prow/plugins.yaml '0,/prow-coverage:9901/s//coverage:9901/'
mutate 'plugins.yaml: no event' prow/plugins.yaml '0,/ events: /{/ events: /d}'
mutate 'plugins.yaml: key' prow/plugins.yaml 's/^external_plugins/plugins/'
mutate 'plugins.yaml: endpoint' prow/plugins.yaml 's/:9901/:9900/'
mutate 'plugins.yaml: events' prow/plugins.yaml 's/pull_request/push/'
mutate 'plugins.yaml: a repository left out' prow/plugins.yaml '/ci-health/,$d'
mutate 'presubmit: make target' prow/presubmits.yaml 's/make image/make images/'
mutate 'presubmit: name' prow/presubmits.yaml 's/name: build-coverage-image/name: build-image/'
mutate 'presubmit: repository' prow/presubmits.yaml 's,kubevirt/prow-coverage:,kubevirt/project-infra:,'
mutate 'presubmit: not decorated' prow/presubmits.yaml '/decorate/d'
mutate 'presubmit: cluster' prow/presubmits.yaml 's/cluster: .*/cluster: default/'
mutate 'presubmit: preset' prow/presubmits.yaml '/preset-podman/d'
mutate 'presubmit: no command' prow/presubmits.yaml '/command:/d'
mutate 'presubmit: not privileged' prow/presubmits.yaml 's/privileged: true/privileged: false/'
mutate 'presubmit: moving tag' prow/presubmits.yaml 's/bootstrap:v.*/bootstrap:latest/'
mutate 'presubmit: no resources' prow/presubmits.yaml '/resources:/,/limits/d;/memory/d'
mutate 'presubmit: a source left out' prow/presubmits.yaml 's/src|include/src/'
mutate 'presubmit: optional' prow/presubmits.yaml 's/decorate: true/&\n    optional: true/'
mutate 'presubmit: always as well' prow/presubmits.yaml 's/decorate: true/&\n    always_run: true/'
mutate 'presubmit: misspelt field' prow/presubmits.yaml 's/privileged/priviliged/'

echo "$seen mutations seen, $missed not seen"
[ "$missed" = 0 ]
