#pragma once

#include <optional>
#include <string>

namespace prow_coverage::bench {

// One measured number.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> at_most;   // the aim, when there is one
  std::optional<double> at_least;  // the same for what should be large

  [[nodiscard]] bool met() const;
};

// One load: what the sender saw and what the daemon paid for it.
struct LoadRow {
  std::string name;
  double per_second = 0;
  double cpu_micros = 0;  // of the daemon, for one event
  double p50_ms = 0;
  double p99_ms = 0;
  double peak_mb = 0;                 // resident, at most
  std::optional<double> cpu_at_most;  // the aim, when there is one
};

// Prints as it goes: the name, the number, the aim beside it and whether it was met.
class Table {
 public:
  void Title(const std::string& title);
  void Add(const Figure& figure);
  void LoadHeader();
  void Add(const LoadRow& row);
  void Note(const std::string& text);

  // How many figures with an aim there were, and how many missed it.
  [[nodiscard]] int aims() const { return aims_; }
  [[nodiscard]] int missed() const { return missed_; }

 private:
  std::string Judge(const std::string& aim, bool met);

  int aims_ = 0;
  int missed_ = 0;
};

}  // namespace prow_coverage::bench
