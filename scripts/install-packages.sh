#!/bin/sh
# install-packages.sh PURPOSE...   install what is missing of scripts/packages.txt for these purposes
set -eu
cd "$(dirname "$0")"
missing=
for purpose in "$@"; do
  # shellcheck disable=SC2013
  for package in $(awk -v p="$purpose" '$1 == p { print $2 }' packages.txt); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing="$missing $package"
  done
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "missing packages:$missing" >&2
    echo "install them as root, or install sudo: apt-get install$missing" >&2
    exit 1
  }
  sudo=sudo
fi
echo "==> installing missing packages:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
