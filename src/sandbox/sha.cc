#include "sha.h"

#include <algorithm>
#include <functional>

#include "prow_coverage/base/uuid.h"

namespace prow_coverage::sandbox {

std::string ShaOf(std::string_view seed) {
  // Two SHA-1 based UUIDs hold more than enough digits.
  std::string digits = UrlUuid(seed) + UrlUuid(std::string(seed) + "/");
  std::erase(digits, '-');
  return digits.substr(0, 40);
}

std::int64_t IdOf(std::string_view name) {
  return static_cast<std::int64_t>(std::hash<std::string_view>{}(name) % 100'000'000) + 1;
}

bool IsSha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace prow_coverage::sandbox
