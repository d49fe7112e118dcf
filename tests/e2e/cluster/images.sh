#!/bin/sh
# images.sh   makes and caches the images of the throw-away node, without a registry
# Prints "IMAGES=<directory>" for the shell to evaluate; in it are docker archives of four images: a pause, one of
# git and docker buildx under docker:24-git's name, which like it is busybox otherwise, and BuildKit's two.
# Needs BUILDKIT, a directory with its programs (see build.sh), and busybox-static, git, runc, uidmap of Debian.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
key=$({ cat "$here/images.sh" "$here/buildkit/go.sum" && dpkg-query -W busybox-static git runc uidmap libc6; } | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/prow-coverage
images=$cache/images-$key
if [ -d "$images" ]; then
  echo "IMAGES='$images'"
  exit
fi
began=$(date +%s)
echo '==> making the images of git with buildx, and of BuildKit' >&2
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/images"

# A root of busybox alone.
make_root() { # ROOT
  mkdir -p "$1/bin" "$1/etc" "$1/root" "$1/tmp" "$1/var/tmp" "$1/usr/bin"
  chmod 1777 "$1/tmp" "$1/var/tmp"
  cp "$(command -v busybox)" "$1/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$1/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
  echo 'root:x:0:' >"$1/etc/group"
}

# Programs of this machine at the same place, and the libraries that they are linked with.
add_programs() { # ROOT FILE...
  root=$1
  shift
  cp --parents "$@" "$root"
  for library in $(ldd "$@" | grep -oE '/[^ :]+\.so[^ :]*' | sort -u); do
    cp -L --parents "$library" "$root"
  done
}

# Debian 13's docker client and buildx, which Debian 12 does not have; this machine's apt is not touched.
add_docker() { # ROOT
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n 's/^URIs: *\([^ ]*\/debian\/*\)\( .*\)\{0,1\}$/\1/p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\/debian\/*\) .*/\2/p' | head -n 1)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} trixie main" \
    >"$work/apt/sources.list"
  cat >"$work/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
  (
    export APT_CONFIG="$work/apt/apt.conf"
    cd "$work/apt"
    apt-get -qq update
    apt-get -qq download docker-cli docker-buildx
  )
  for package in "$work"/apt/*.deb; do dpkg-deb -x "$package" "$work/apt/root"; done
  cp -R "$work/apt/root/usr/bin" "$work/apt/root/usr/libexec" "$1/usr/"
}

# One layer in the docker archive format.
make_image() { # ROOT NAME CONFIG
  archive=$work/archive
  rm -rf "$archive" && mkdir "$archive"
  tar -C "$1" --sort=name --mtime=@0 --numeric-owner --xattrs --xattrs-include=security.capability \
    -cf "$archive/layer.tar" .
  sum=$(sha256sum "$archive/layer.tar" | cut -d' ' -f1)
  echo '{"architecture":"'"$(dpkg --print-architecture)"'","os":"linux","config":'"$3"',' \
    '"rootfs":{"type":"layers","diff_ids":["sha256:'"$sum"'"]}}' >"$archive/config.json"
  echo '[{"Config":"config.json","RepoTags":["'"$2"'"],"Layers":["layer.tar"]}]' >"$archive/manifest.json"
  tar -C "$archive" -cf "$work/images/$(basename "$1").tar" manifest.json config.json layer.tar
}

make_root "$work/pause"
make_image "$work/pause" localhost/pause:1 '{"Entrypoint":["/bin/sleep","2000000000"]}'

make_root "$work/git"
add_programs "$work/git" "$(command -v git)" /usr/lib/git-core/git-remote-http
ln -s git-remote-http "$work/git/usr/lib/git-core/git-remote-https"
mkdir -p "$work/git/etc/ssl/certs" && cp /etc/ssl/certs/ca-certificates.crt "$work/git/etc/ssl/certs/"
add_docker "$work/git"
make_image "$work/git" docker:24-git '{"Env":["PATH=/usr/bin:/bin"],"Cmd":["sh"]}'

make_root "$work/buildkit"
add_programs "$work/buildkit" "$(command -v runc)"
mv "$work/buildkit$(command -v runc)" "$work/buildkit/usr/bin/buildkit-runc"
cp "$BUILDKIT/buildkitd" "$BUILDKIT/buildctl" "$work/buildkit/usr/bin/"
cp -a "$work/buildkit" "$work/buildkit-rootless"
make_image "$work/buildkit" moby/buildkit:buildx-stable-1 '{"Env":["PATH=/usr/bin:/bin"],"Entrypoint":["buildkitd"]}'

rootless=$work/buildkit-rootless
add_programs "$rootless" /usr/bin/newuidmap /usr/bin/newgidmap
cp "$BUILDKIT/rootlesskit" "$rootless/usr/bin/"
# In an ordinary pod Debian's, which are setuid root, may not write a map of ids; with capabilities they may.
chmod 755 "$rootless/usr/bin/newuidmap" "$rootless/usr/bin/newgidmap"
setcap cap_setuid=ep "$rootless/usr/bin/newuidmap"
setcap cap_setgid=ep "$rootless/usr/bin/newgidmap"
echo 'user:x:1000:1000:user:/home/user:/bin/sh' >>"$rootless/etc/passwd"
echo 'user:x:1000:' >>"$rootless/etc/group"
echo 'user:100000:65536' | tee "$rootless/etc/subuid" >"$rootless/etc/subgid"
mkdir -p "$rootless/home/user/.local/tmp" "$rootless/home/user/.local/share/buildkit" "$rootless/run/user/1000"
chown -R 1000:1000 "$rootless/home/user" "$rootless/run/user/1000"
make_image "$rootless" moby/buildkit:buildx-stable-1-rootless '{"User":"1000:1000","Entrypoint":["rootlesskit","buildkitd"],
"Env":["PATH=/usr/bin:/bin","HOME=/home/user","USER=user","XDG_RUNTIME_DIR=/run/user/1000","TMPDIR=/home/user/.local/tmp",
"BUILDKIT_HOST=unix:///run/user/1000/buildkit/buildkitd.sock"]}'

mv "$work/images" "$images.new.$$" && mv -T "$images.new.$$" "$images"
echo "    made in $(($(date +%s) - began)) s" >&2
echo "IMAGES='$images'"
