#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::webhook {

// The value of X-Hub-Signature-256 for `body`: "sha256=" and 64 lower-case hex digits.
[[nodiscard]] std::string Sign(std::string_view secret, std::string_view body);

// True when `header` has the form of a signature, right or wrong: hex digits of either case.
[[nodiscard]] bool IsWellFormed(std::string_view header);

// True when `header` is `Sign(secret, body)`, hex digits of either case. Compares in constant time.
[[nodiscard]] bool Verify(std::string_view secret, std::string_view body, std::string_view header);

}  // namespace prow_coverage::webhook
