#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "prow_coverage/base/error.h"

#include "json.h"
#include "plank_outcome.h"

namespace prow_coverage::sandbox {

// Numbers of coverage-summary.json.
struct CoverageNumbers {
  double pr = 71.4;
  std::optional<double> base = 70.2;  // none: no baseline
  std::optional<double> threshold = 70;
};

// What becomes of some jobs.
struct Scenario {
  std::string org;          // "" for any
  std::string repo;         // "" for any
  std::int64_t number = 0;  // 0 for any
  int count = 0;            // for so many jobs; 0 for no end
  int used = 0;

  const Outcome* outcome = nullptr;
  std::chrono::milliseconds schedule{20};  // until the pod starts
  std::chrono::milliseconds run{};         // from there to the end
  std::chrono::milliseconds abort{0};      // until plank has ended the pod of an aborted job
  int restarts = 0;
  std::string description;
  CoverageNumbers coverage;
  // Of the build's directory, by path below it; nullopt for one that is missing.
  std::map<std::string, std::optional<std::string>> files;
};

// The members of docs/sandbox.md's table. Errors: kInvalidArgument, naming the member.
[[nodiscard]] Result<Scenario> ReadScenario(const Json& order);

class ScenarioList {
 public:
  void Add(Scenario scenario);
  void Clear() { scenarios_.clear(); }
  [[nodiscard]] bool empty() const { return scenarios_.empty(); }

  // The one for a job, which counts it: the one that names most, and of those the newest that is
  // not used up. nullptr when none fits. Good until the next Add or Clear.
  [[nodiscard]] const Scenario* Take(const std::string& org, const std::string& repo,
                                     std::int64_t number);

  [[nodiscard]] Json List() const;

 private:
  using Key = std::tuple<std::string, std::string, std::int64_t>;  // org, repo, number

  std::map<Key, std::vector<Scenario>> scenarios_;
};

}  // namespace prow_coverage::sandbox
