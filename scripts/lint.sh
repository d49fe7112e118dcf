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

echo "==> clang 16: warnings are errors, thread-safety analysis, clang-tidy"
mkdir -p build
cmake --preset clang >build/clang.configure.log 2>&1 || { cat build/clang.configure.log; exit 1; }
# Only what one session's change can break is worth ten minutes: every source file, no test.
git ls-files 'src/*.cc' | xargs -P "$(nproc)" -n 4 clang-tidy-16 -p build/clang --quiet 2>/dev/null
