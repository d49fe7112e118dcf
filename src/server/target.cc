#include "target.h"

#include <boost/beast/core/string.hpp>

namespace prow_coverage::server {
namespace {

// Removes "http://host" or "https://host".
std::optional<std::string_view> WithoutAuthority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    if (end == 0 || target.empty()) return std::nullopt;
    return end == std::string_view::npos ? std::string_view{} : target.substr(end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Target> SplitTarget(std::string_view target) {
  if (target == "*") return Target{target, {}};
  const bool absolute = !target.starts_with('/');
  if (absolute) {
    const auto rest = WithoutAuthority(target);
    if (!rest) return std::nullopt;
    target = *rest;
  }
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return Target{target.empty() ? "/" : target, {}};
  const auto path = target.substr(0, mark);
  return Target{path.empty() ? "/" : path, target.substr(mark + 1)};
}

}  // namespace prow_coverage::server
