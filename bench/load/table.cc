#include "table.h"

#include <cstdio>

namespace prow_coverage::bench {
namespace {

// Four significant places at most: nothing here is known better.
std::string Number(double value) {
  char text[32];
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string Aim(const Figure& figure) {
  if (figure.at_most) return "<= " + Number(*figure.at_most);
  if (figure.at_least) return ">= " + Number(*figure.at_least);
  return "";
}

}  // namespace

bool Figure::met() const {
  return (!at_most || value <= *at_most) && (!at_least || value >= *at_least);
}

void Table::Title(const std::string& title) { std::printf("\n%s\n", title.c_str()); }

void Table::Add(const Figure& figure) {
  const std::string aim = Aim(figure);
  std::printf("  %-58s %10s %-6s %-9s %s\n", figure.name.c_str(), Number(figure.value).c_str(),
              figure.unit.c_str(), aim.c_str(), Judge(aim, figure.met()).c_str());
  std::fflush(stdout);
}

void Table::LoadHeader() {
  std::printf("  %-34s %9s %9s %8s %8s %8s  %s\n", "", "events/s", "CPU us", "p50 ms", "p99 ms",
              "peak MB", "aim of CPU us");
}

void Table::Add(const LoadRow& row) {
  const std::string aim = row.cpu_at_most ? "<= " + Number(*row.cpu_at_most) : "";
  const bool met = !row.cpu_at_most || row.cpu_micros <= *row.cpu_at_most;
  std::printf("  %-34s %9s %9s %8s %8s %8s  %-9s %s\n", row.name.c_str(),
              Number(row.per_second).c_str(), Number(row.cpu_micros).c_str(),
              Number(row.p50_ms).c_str(), Number(row.p99_ms).c_str(), Number(row.peak_mb).c_str(),
              aim.c_str(), Judge(aim, met).c_str());
  std::fflush(stdout);
}

// Counts an aim; no aim, no judgement.
std::string Table::Judge(const std::string& aim, bool met) {
  if (aim.empty()) return "";
  ++aims_;
  missed_ += met ? 0 : 1;
  return met ? "met" : "MISSED";
}

void Table::Note(const std::string& text) { std::printf("  %s\n", text.c_str()); }

}  // namespace prow_coverage::bench
