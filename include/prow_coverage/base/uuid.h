#pragma once

#include <string>
#include <string_view>

namespace prow_coverage {

// Version-5 (SHA-1, RFC 4122 4.3) UUID of `name` in the URL namespace
// 6ba7b811-9dad-11d1-80b4-00c04fd430c8, lower case. The same name gives the same UUID everywhere.
[[nodiscard]] std::string UrlUuid(std::string_view name);

// A fresh version-4 UUID, lower case.
[[nodiscard]] std::string RandomUuid();

}  // namespace prow_coverage
