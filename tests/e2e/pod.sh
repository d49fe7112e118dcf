#!/bin/sh
# pod.sh DIR PROGRAM USER GROUP FSGROUP READ_ONLY VARIABLE=VALUE... /prow-coverage ARGUMENT...
# Runs PROGRAM as a kubelet would run a container: DIR/root becomes its root file system, with this machine's /usr
# as the image's, the mounts that DIR/mounts lists ("SOURCE PATH ro|rw" a line), nothing but these variables, no
# capabilities, and, when READ_ONLY is true, nowhere to write but in its rw mounts. Keeps its process id. Needs root or
# user namespaces; without root the user stays the caller's.
set -eu
if [ "${PROW_COVERAGE_E2E_POD:-}" != inside ]; then
  export PROW_COVERAGE_E2E_POD=inside
  [ "$(id -u)" = 0 ] && exec unshare --mount "$0" "$@"
  exec unshare --user --map-root-user --mount "$0" "$@"
fi
dir=$1 program=$2 user=$3 group=$4 fs_group=$5 read_only=$6
shift 6
root=$dir/root
mkdir -p "$root"
mount -t tmpfs -o mode=0755 pod "$root"
# What the image has (Containerfile).
mkdir -p "$root/usr" "$root/proc" "$root/dev" "$root/etc/ssl" "$root/tmp" "$root/var/lib/prow-coverage"
chmod 1777 "$root/tmp"
chown "$user:$group" "$root/var/lib/prow-coverage" 2>/dev/null || true
for link in bin sbin lib lib64; do ln -s "usr/$link" "$root/$link"; done
mount --rbind /usr "$root/usr"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /etc/ssl "$root/etc/ssl"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
touch "$root/prow-coverage"
mount --bind "$program" "$root/prow-coverage"
while read -r from to mode; do
  mkdir -p "$root$to"
  mount --bind "$from" "$root$to"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$to"
done <"$dir/mounts"
[ "$read_only" != true ] || mount -o remount,bind,ro "$root"

identity="--reuid $user --regid $group --groups $fs_group --inh-caps=-all"
grep -q '^ *0 *0 *4294967295' /proc/self/uid_map || identity=
# shellcheck disable=SC2086
exec chroot "$root" /usr/bin/setpriv $identity --bounding-set=-all --no-new-privs \
  /usr/bin/env -i "$@"
