#!/bin/sh
# cluster.sh WORK up             etcd and kube-apiserver on loopback, and the ProwJob CRD; says the kubeconfig
# cluster.sh WORK down           stops them, and removes WORK
# cluster.sh WORK stop|start     stops, starts the API server alone; its data stays
# Needs BIN, a directory with etcd, kube-apiserver and kubectl, and CRD, a file (see build.sh) for `up` and `start`.
set -eu
[ $# -eq 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
work=$(cd "$1" && pwd)
pki=$work/pki
. "$(dirname "$0")/lib.sh"

make_kubeconfig() { # USER
  cat <<END
{"apiVersion":"v1","kind":"Config","current-context":"e2e",
"clusters":[{"name":"e2e","cluster":{"server":"https://127.0.0.1:$api","certificate-authority-data":"$(base64 -w0 "$pki/ca.crt")"}}],
"users":[{"name":"$1","user":{"client-certificate-data":"$(base64 -w0 "$pki/$1.crt")","client-key-data":"$(base64 -w0 "$pki/$1.key")"}}],
"contexts":[{"name":"e2e","context":{"cluster":"e2e","user":"$1"}}]}
END
}
free_port() { # one below the kernel's own range that nobody has; $1 salts the choice
  while :; do
    port=$((21000 + ($(od -An -N2 -tu2 /dev/urandom) + $1) % 10000))
    grep -qi ":$(printf %04x "$port") " /proc/net/tcp /proc/net/tcp6 || break
  done
  echo "$port"
}
prepare() {
  mkdir -p "$pki" "$work/etcd" "$work/log" "$work/pid"
  chmod 700 "$work" "$pki" "$work/etcd"
  [ -s "$work/ports" ] || echo "$(free_port 0) $(free_port 1) $(free_port 2)" >"$work/ports"
  read -r etcd peer api <"$work/ports"
  make_ca ca
  make_ca other-ca
  [ -s "$pki/sa.key" ] || openssl genrsa -out "$pki/sa.key" 2048 2>/dev/null
  make_certificate apiserver /CN=kube-apiserver 30 IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc
  # Shown to whoever asks for this name.
  make_certificate expired /CN=kube-apiserver -1 DNS:expired.test
  make_certificate admin /O=system:masters/CN=admin 30
  make_certificate developer /CN=developer 30
  for user in admin developer; do make_kubeconfig "$user" >"$work/$user.kubeconfig"; done
  make_audit_policy >"$work/audit-policy.json"
}
# What accounts of kubevirt-prow ask for: account_test.cc compares it with what they may.
make_audit_policy() {
  cat <<'END'
{"apiVersion":"audit.k8s.io/v1","kind":"Policy","omitStages":["RequestReceived"],
"rules":[{"level":"Metadata","userGroups":["system:serviceaccounts:kubevirt-prow"]},{"level":"None"}]}
END
}
# etcd takes the CRD (1.6 MB) and refuses what is not yet over its client's limit (2 MiB) and the API server's (3 MiB).
start_etcd() {
  launch etcd "$BIN/etcd" --name e2e --data-dir "$work/etcd" --log-level warn --unsafe-no-fsync --max-request-bytes 1800000 \
    --listen-client-urls "http://127.0.0.1:$etcd" --advertise-client-urls "http://127.0.0.1:$etcd" \
    --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
    --initial-cluster "e2e=http://127.0.0.1:$peer"
  await etcd 300 curl -sf "http://127.0.0.1:$etcd/health"
}
ask_api() { curl -sSf --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" "https://127.0.0.1:$api$1"; }
start_api() {
  launch kube-apiserver "$BIN/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd" \
    --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$api" --endpoint-reconciler-type=none \
    --kubelet-certificate-authority="$pki/ca.crt" --kubelet-client-certificate="$pki/admin.crt" \
    --kubelet-client-key="$pki/admin.key" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --tls-sni-cert-key="$pki/expired.crt,$pki/expired.key:expired.test" \
    --allow-privileged --disable-admission-plugins=StorageObjectInUseProtection \
    --client-ca-file="$pki/ca.crt" --authorization-mode=RBAC --service-cluster-ip-range=10.0.0.0/24 \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$pki/sa.key" \
    --service-account-signing-key-file="$pki/sa.key" \
    --audit-policy-file="$work/audit-policy.json" --audit-log-path="$work/log/audit.log"
  await kube-apiserver 1200 ask_api /readyz
}
kubectl() { "$BIN/kubectl" --kubeconfig "$work/admin.kubeconfig" --cache-dir "$work/kubectl-cache" "$@"; }
# Server-side: the object is too big for the annotation of a client-side apply.
install_crd() {
  kubectl apply --server-side --force-conflicts -f "$CRD" >/dev/null
  await kube-apiserver 300 kubectl get prowjobs.prow.k8s.io -A
}

case $2 in
  up)
    prepare
    start_etcd
    start_api
    install_crd
    echo "$work/admin.kubeconfig"
    ;;
  start)
    read -r etcd _ api <"$work/ports"
    start_api
    ;;
  stop) halt kube-apiserver 20 ;;
  down)
    halt kube-apiserver 20
    halt etcd 30
    rm -rf "$work"
    ;;
  *)
    echo "up, down, stop or start, not $2" >&2
    exit 2
    ;;
esac
