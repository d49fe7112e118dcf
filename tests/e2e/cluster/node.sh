#!/bin/sh
# node.sh COMMAND...   runs COMMAND beside a Kubernetes node of its own, of which nothing is left behind
# COMMAND finds the cluster in KUBECONFIG and KUBECONFIG_DEV, its API server's host:port in API_SERVER, kubectl in PATH,
# and `$CLUSTER stop` and `start` are for that server; `node.sh sh` is a shell to try things in. Needs root, BIN and CRD
# (build.sh node), IMAGES (images.sh), and Debian's containerd, runc and containernetworking-plugins.
#
# The node and COMMAND have network, mounts and processes of their own. The kernel takes all of these away when their
# first process ends, however it ends; it ends with this script, however that ends. What is left then are control
# groups and files under one name, which this script removes, or the next one if it was killed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/tmp/prow-coverage-node-
fixed_places='/var/lib/cni /var/lib/kubelet' # no flag moves what is written there

control_group_mounts() {
  awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/self/mounts
}
make_control_group() { # NAME
  for mount in $(control_group_mounts); do
    for controller in cpuset cpu memory pids hugetlb; do # version 2 shows them to groups that ask for them
      if [ -f "$mount/cgroup.subtree_control" ] && grep -qw "$controller" "$mount/cgroup.controllers"; then
        echo "+$controller" >"$mount/cgroup.subtree_control" || true
      fi
    done
    mkdir "$mount/$1"
  done
}
# Its last processes may be on their way out.
remove_control_group() { # NAME
  for mount in $(control_group_mounts); do
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ -d "$mount/$1" ] || break
      find "$mount/$1" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.5
    done
  done
}
remove() { # DIRECTORY
  remove_control_group "$(basename "$1")"
  rm -rf "$1"
  # shellcheck disable=SC2086
  rmdir $fixed_places 2>/dev/null || true # what was made to mount on; another's are not empty
}
remove_what_was_killed() {
  for old in "$prefix"*; do
    if [ -d "$old" ] && flock -n "$old" true; then remove "$old"; fi
  done
}

outside() {
  [ "$(id -u)" = 0 ] || { echo "a node of one's own needs root; KUBECONFIG_DEV names another cluster" >&2; exit 1; }
  remove_what_was_killed
  work=$(mktemp -d "${prefix}XXXXXX")
  exec 3<&0 4<"$work"
  flock 4
  child=
  trap '[ -z "$child" ] || kill -KILL "$child"' INT TERM HUP
  trap 'remove "$work"' EXIT
  make_control_group "$(basename "$work")"
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc \
    "$0" --inside "$work" "$@" <&3 &
  child=$!
  status=0
  wait "$child" || status=$?
  exit "$status"
}

# What is written outside of $work vanishes with our mounts.
shield() {
  # shellcheck disable=SC2086
  mkdir -p "$work/tmp" $fixed_places
  for place in /run /var/log $fixed_places; do mount -t tmpfs -o mode=0755 shield "$place"; done
  # The kubelet sets what is not as it wants it, for the whole machine.
  mkdir "$work/sysctl"
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    file=$work/sysctl/$(basename "${setting%=*}")
    echo "${setting#*=}" >"$file"
    mount --bind "$file" "/proc/sys/${setting%=*}"
  done
  ip link set lo up
}

start_controllers() {
  launch kube-controller-manager "$BIN/kube-controller-manager" --kubeconfig="$KUBECONFIG" --leader-elect=false \
    --kube-api-qps=300 --kube-api-burst=600 --bind-address=127.0.0.1 --cert-dir="$work/controller-manager" \
    --service-account-private-key-file="$pki/sa.key" --root-ca-file="$pki/ca.crt"
  launch kube-scheduler "$BIN/kube-scheduler" --kubeconfig="$KUBECONFIG" --leader-elect=false \
    --bind-address=127.0.0.1 --cert-dir="$work/scheduler"
}

start_containerd() {
  mkdir "$work/cni"
  cat >"$work/containerd.toml" <<CONF
version = 2
root = "$work/containerd"
state = "$work/containerd-state"
[grpc]
  address = "$work/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$work/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Where we may not, as in a container, nothing asks for a lower oom_score_adj than its parent's.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "$work/cni"
CONF
  cat >"$work/cni/10-bridge.conflist" <<CONF
{"cniVersion":"1.0.0","name":"pods","plugins":[{"type":"bridge","bridge":"pods","isGateway":true,"ipMasq":false,
"ipam":{"type":"host-local","dataDir":"$work/cni-data","ranges":[[{"subnet":"10.244.0.0/24"}]]}}]}
CONF
  launch containerd containerd -c "$work/containerd.toml"
  await containerd 300 ctr -a "$work/containerd.sock" version
  for image in "$IMAGES"/*.tar; do
    ctr -a "$work/containerd.sock" -n k8s.io images import "$image" >/dev/null
  done
}

start_kubelet() {
  make_certificate node /CN=system:node:127.0.0.1 30 IP:127.0.0.1
  mkdir "$work/kubelet"
  # A node named 127.0.0.1 has that address, so that logs and exec stay on loopback.
  cat >"$work/kubelet.json" <<CONF
{"kind":"KubeletConfiguration","apiVersion":"kubelet.config.k8s.io/v1beta1",
"address":"127.0.0.1","readOnlyPort":0,
"authentication":{"anonymous":{"enabled":false},"webhook":{"enabled":false},"x509":{"clientCAFile":"$pki/ca.crt"}},
"authorization":{"mode":"AlwaysAllow"},"tlsCertFile":"$pki/node.crt","tlsPrivateKeyFile":"$pki/node.key",
"containerRuntimeEndpoint":"unix://$work/containerd.sock","cgroupDriver":"cgroupfs","cgroupRoot":"/$(basename "$work")",
"failCgroupV1":false,"failSwapOn":false,"oomScoreAdj":0,"podLogsDir":"$work/pod-logs","volumePluginDir":"$work/plugins",
"resolvConf":"","makeIPTablesUtilChains":false,"imageGCHighThresholdPercent":100,"enforceNodeAllocatable":[],
"evictionHard":{"memory.available":"100Mi","nodefs.available":"1%","imagefs.available":"1%"},
"syncFrequency":"10s","nodeStatusUpdateFrequency":"5s"}
CONF
  launch kubelet "$BIN/kubelet" --config="$work/kubelet.json" --kubeconfig="$KUBECONFIG" \
    --hostname-override=127.0.0.1 --root-dir="$work/kubelet" --cert-dir="$work/kubelet/pki"
}

# Ready, and no taint keeps pods away any more.
is_node_ready() {
  ready='{.status.conditions[?(@.type=="Ready")].status} {.spec.taints}'
  [ "$(kubectl get node 127.0.0.1 -o jsonpath="$ready" 2>/dev/null)" = 'True ' ]
}

inside() {
  work=$1
  shift
  pki=$work/pki
  . "$here/lib.sh"
  trap 'exit 130' INT TERM
  began=$(date +%s)
  shield
  KUBECONFIG=$("$here/cluster.sh" "$work" up)
  API_SERVER=$(sed -n 's,.*"server":"https://\([^"]*\)".*,\1,p' "$KUBECONFIG")
  PATH=$BIN:$PATH
  export TMPDIR="$work/tmp" KUBECONFIG KUBECONFIG_DEV="$KUBECONFIG" API_SERVER PATH CLUSTER="$here/cluster.sh $work"
  start_controllers
  start_containerd
  start_kubelet
  await kubelet 900 is_node_ready
  await kube-controller-manager 600 kubectl get serviceaccount default
  echo "==> the node is ready after $(($(date +%s) - began)) s" >&2
  "$@"
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
else
  [ $# -gt 0 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
  outside "$@"
fi
