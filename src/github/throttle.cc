#include "prow_coverage/github/throttle.h"

#include <charconv>
#include <optional>
#include <vector>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

namespace prow_coverage::github {
namespace {

Error Unusable(std::string_view text, const std::string& why) {
  return {ErrorCode::kInvalidArgument,
          "\"" + std::string(text.substr(0, 80)) + "\": " + why +
              "; write org:hourlyTokens:burst, such as kubevirt:4000:200",
          {}};
}

std::optional<int> Positive(std::string_view digits) {
  int number = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number < 1) return std::nullopt;
  return number;
}

}  // namespace

Result<OrgThrottles::value_type> ParseOrgThrottle(std::string_view text) {
  std::vector<std::string> parts;
  boost::algorithm::split(parts, text, boost::algorithm::is_any_of(":"));
  if (parts.size() != 3) return Unusable(text, "not three parts with a colon between them");
  if (parts[0].empty()) return Unusable(text, "the organization is missing");
  const auto hourly = Positive(parts[1]);
  if (!hourly) return Unusable(text, "the hourly tokens must be a whole number over 0");
  const auto burst = Positive(parts[2]);
  if (!burst) return Unusable(text, "the burst must be a whole number over 0");
  if (*burst > *hourly) return Unusable(text, "the burst must not exceed the hourly tokens");
  return OrgThrottles::value_type{boost::algorithm::to_lower_copy(parts[0]),
                                  Throttle{*hourly, *burst}};
}

}  // namespace prow_coverage::github
