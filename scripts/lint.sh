#!/bin/sh
# lint.sh   what `make lint` checks, cheapest first; the first finding ends it
set -eu
cd "$(dirname "$0")/.."

echo "==> shell scripts"
git ls-files '*.sh' '.ci/run' | xargs shellcheck

echo "==> layers"
scripts/check-layers.sh

echo "==> format"
git ls-files '*.h' '*.cc' | xargs clang-format-16 --dry-run --Werror
