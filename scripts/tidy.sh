#!/bin/sh
# tidy.sh   clang-tidy with .clang-tidy's checks over every source, room by room
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
cmake --preset clang >build/clang.configure.log 2>&1 || { cat build/clang.configure.log; exit 1; }
# What is generated is read too, so it has to be there: a fresh clone has not built it yet.
cmake --build build/clang --target generated_sources >build/clang.generated.log 2>&1 ||
  { cat build/clang.generated.log; exit 1; }
# A room's sources are read as one (the preset combines them), so that headers are read once a room.
sed -n 's/.*"file": "\(.*\)".*/\1/p' build/clang/compile_commands.json |
  grep -E '/src/[a-z_]+/(CMakeFiles/.*/Unity/.*|[a-z_]+\.cc)$' | grep -v '/tests/' |
  xargs -P "$(nproc)" -n 1 clang-tidy-16 -p build/clang --quiet
