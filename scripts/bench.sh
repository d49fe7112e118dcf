#!/bin/sh
# bench.sh BIN_DIR   the micro benchmarks: CPU time per call, medians of three repetitions
set -eu
for bench in "$1"/bench_*; do
  echo "==> ${bench##*/}"
  "$bench" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
    --benchmark_min_time=0.2 2>/dev/null | grep -vE '_(mean|stddev|cv) '
done
