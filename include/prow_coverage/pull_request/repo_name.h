#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prow_coverage {

// The two parts of "org/repo"; refers to the text that it was split from.
struct RepoParts {
  std::string_view org;
  std::string_view repo;

  bool operator==(const RepoParts&) const = default;
};

// Splits at the first slash; nothing without one.
[[nodiscard]] std::optional<RepoParts> SplitRepoName(std::string_view name);

// "org/repo"
[[nodiscard]] std::string RepoName(std::string_view org, std::string_view repo);

// "org/repo#number"
[[nodiscard]] std::string PullName(std::string_view org, std::string_view repo,
                                   std::int64_t number);

}  // namespace prow_coverage
