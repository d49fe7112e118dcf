#!/bin/sh
# tidy.sh   clang-tidy with .clang-tidy's checks over every source, and clang's thread-safety analysis
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
cmake --preset clang >build/clang.configure.log 2>&1 || { cat build/clang.configure.log; exit 1; }
git ls-files 'src/*.cc' | xargs -P "$(nproc)" -n 4 clang-tidy-16 -p build/clang --quiet
