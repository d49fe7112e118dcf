#pragma once

#include <span>
#include <string_view>

namespace prow_coverage::pr_pod {

struct JobScript {
  std::string_view name;  // "checkout.sh"
  std::string_view text;
};

// The files of src/pr_pod/job, put into the program when it is built.
[[nodiscard]] std::span<const JobScript> JobScripts();

}  // namespace prow_coverage::pr_pod
