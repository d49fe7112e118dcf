#pragma once

#include <optional>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::results {

// What a job says of its coverage in `coverage-summary.json`; percent, 0..100. Exact counts of
// statements will stand here as well, once they are read from the cover profile.
struct Summary {
  double pr_coverage = 0;
  std::optional<double> base_coverage;  // nothing: there is no baseline, which is not 0 %
  std::optional<double> threshold;      // the job's own idea of it

  bool operator==(const Summary&) const = default;
};

// Reads {pr_coverage, base_coverage, delta, threshold}. The file is written by code of the pull
// request: the text must be one JSON object, pr_coverage a number, each of the others a number,
// null or absent, all in their range. `delta` is checked and not used. Other members are ignored.
// Errors: kInvalidArgument, naming the member.
[[nodiscard]] Result<Summary> ParseSummary(std::string_view text);

}  // namespace prow_coverage::results
