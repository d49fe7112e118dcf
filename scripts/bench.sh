#!/bin/sh
# bench.sh BIN_DIR [SCENARIO...]   the micro benchmarks, then the daemon under load; numbers beside their aims
#
# With scenarios (bin/load names them) only these. PROW_COVERAGE_BENCH=quick: a tenth of the load.
set -eu
bin=$1
shift
rows=$(dirname "$0")/../bench/micro.txt

# The medians of all micro benchmarks as Google Benchmark's CSV.
micro() {
  for bench in "$bin"/bench_*; do
    "$bench" --benchmark_format=csv --benchmark_repetitions=3 --benchmark_min_time=0.1 \
      --benchmark_report_aggregates_only=true 2>"$csv.err" || { cat "$csv.err" >&2; return 1; }
  done
}

# Joins the CSV with the rows that say what each benchmark is and what it should be.
table() {
  awk -F ';' -v csv="$1" '
    function unit_of_ns(unit) { return unit == "ns" ? 1 : unit == "us" ? 1e3 : unit == "ms" ? 1e6 : 1e9 }
    function show(x) { return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x) }
    BEGIN {
      while ((getline line < csv) > 0) {
        gsub(/"/, "", line)
        n = split(line, field, ",")
        if (field[1] == "name") { for (i = 9; i <= n; ++i) counter[i] = field[i]; continue }
        if (!sub(/_median$/, "", field[1])) continue
        real[field[1]] = field[3] * unit_of_ns(field[5])
        cpu[field[1]] = field[4] * unit_of_ns(field[5])
        for (i = 9; i <= n; ++i) if (field[i] != "") value[field[1], counter[i]] = field[i] * 1e9
      }
    }
    /^#/ { next }
    {
      ns = $2 == "cpu" ? cpu[$1] : $2 == "real" ? real[$1] : value[$1, $2]
      if (ns == "") { missing = missing " " $1; next }
      x = ns / unit_of_ns($3)
      verdict = $4 == "" ? "" : x <= $4 ? "met" : "MISSED"
      printf "  %-58s %10s %-6s %-9s %s\n", $5, show(x), $3, $4 == "" ? "" : "<= " $4, verdict
    }
    END { if (missing != "") { print "not measured:" missing; exit 1 } }' "$rows"
}

echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), load $(cut -d ' ' -f 1 /proc/loadavg)"
if [ $# = 0 ]; then
  csv=$(mktemp)
  trap 'rm -f "$csv" "$csv.err"' EXIT
  echo "==> micro benchmarks (about a minute)"
  micro >"$csv"
  table "$csv"
fi
echo "==> the daemon under load, against the sandbox (some three minutes)"
[ "${PROW_COVERAGE_BENCH:-}" != quick ] || set -- --quick "$@"
"$bin/load" "$@"
