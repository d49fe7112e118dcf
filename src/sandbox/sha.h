#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prow_coverage::sandbox {

// 40 hex digits that stand for a commit; the same for the same `seed`.
[[nodiscard]] std::string ShaOf(std::string_view seed);

// A positive number that stands for a user, an App's installation or the like; the same for the
// same `name`.
[[nodiscard]] std::int64_t IdOf(std::string_view name);

// True for 40 lower-case hex digits.
[[nodiscard]] bool IsSha(std::string_view text);

}  // namespace prow_coverage::sandbox
