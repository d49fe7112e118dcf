#!/bin/sh
# fuzz.sh BUILD_DIR SECONDS   build the fuzzers and run each for so long, from its seeds; stops at a finding
set -eu
build=$1
seconds=$2
cmake --build "$build" --target fuzzers
for fuzzer in "$build"/bin/fuzz_*; do
  name=${fuzzer##*/fuzz_}
  echo "==> fuzzing $name for $seconds s"
  mkdir -p "$build/corpus/$name"
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$fuzzer" -max_total_time="$seconds" \
    -max_len=32768 -timeout=20 -verbosity=0 -artifact_prefix="$build/crash-$name-" \
    "$build/corpus/$name" "tests/fuzz/corpus/$name"
done
