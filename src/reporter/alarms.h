#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::reporter {

// When to look at a head again; one time for each. One thread at a time.
class Alarms {
 public:
  // In place of the head's former time.
  void Set(const std::string& key, MonotonicTime at) {
    Drop(key);
    by_key_.emplace(key, at);
    by_time_.emplace(at, key);
  }

  // Takes off and answers the keys whose time has come.
  [[nodiscard]] std::vector<std::string> Due(MonotonicTime now) {
    std::vector<std::string> due;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      due.push_back(by_time_.begin()->second);
      Drop(due.back());
    }
    return due;
  }

 private:
  void Drop(const std::string& key) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return;
    by_time_.erase({known->second, key});
    by_key_.erase(known);
  }

  std::map<std::string, MonotonicTime> by_key_;
  std::set<std::pair<MonotonicTime, std::string>> by_time_;
};

}  // namespace prow_coverage::reporter
