#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::testing {

// What the recording fakes share: a journal of calls, and errors that the next calls of a name
// meet.
class CallScript {
 public:
  std::vector<std::string> calls;

  void FailNext(const std::string& call, Error error) { errors_[call].push_back(std::move(error)); }

  // Notes the call; the error that it is to meet, if any.
  std::optional<Error> Begin(const std::string& call) {
    calls.push_back(call);
    auto& errors = errors_[call];
    if (errors.empty()) return std::nullopt;
    Error error = std::move(errors.front());
    errors.pop_front();
    return error;
  }

 private:
  std::map<std::string, std::deque<Error>> errors_;
};

}  // namespace prow_coverage::testing
