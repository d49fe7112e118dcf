#pragma once

#include <string_view>

namespace prow_coverage {

// 40 or 64 (git's SHA-256) lower-case hexadecimal digits. Upper case is none: one commit has one
// spelling, since job names are made from it.
[[nodiscard]] bool IsCommitSha(std::string_view text);

}  // namespace prow_coverage
