#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "prow_coverage/base/error.h"

namespace prow_coverage::github {

// A client-side limit of requests.
struct Throttle {
  int hourly_tokens = 0;  // 0: none
  int burst = 0;          // requests that may be made at once

  bool operator==(const Throttle&) const = default;
};

// By organization, in lower case: GitHub's names know no case.
using OrgThrottles = std::map<std::string, Throttle, std::less<>>;

// Reads "org:hourlyTokens:burst", as Prow's --github-throttle-org writes it.
// Errors: kInvalidArgument that says what is wrong with it and how it is written.
[[nodiscard]] Result<OrgThrottles::value_type> ParseOrgThrottle(std::string_view text);

}  // namespace prow_coverage::github
