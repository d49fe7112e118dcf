#include "endpoint.h"

#include <algorithm>

#include <boost/algorithm/string/case_conv.hpp>

#include "prow_coverage/base/percent_encode.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::github {
namespace {

constexpr std::size_t kLongestPath = 8192;

// "https://host/path?query" becomes {"host", "/path?query"}; without a scheme the host is "".
std::pair<std::string_view, std::string_view> SplitAuthority(std::string_view url) {
  const auto scheme_end = url.substr(0, url.find_first_of("/?#")).size();
  if (scheme_end == 0 || url[scheme_end - 1] != ':' || url.substr(scheme_end, 2) != "//") {
    return {"", url};
  }
  url.remove_prefix(scheme_end + 2);
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  return {authority, url.substr(authority.size())};
}

bool IsDotSegment(std::string_view segment) { return segment == "." || segment == ".."; }

bool StartsWithPath(std::string_view path, std::string_view base) {
  return path.starts_with(base) && path.substr(base.size()).starts_with('/');
}

}  // namespace

Endpoint ParseEndpoint(std::string_view url) {
  url = url.substr(0, url.find_last_not_of('/') + 1);
  auto [authority, path] = SplitAuthority(url);
  // A user and password in the URL would end up in log lines.
  authority.remove_prefix(authority.rfind('@') + 1);
  return {std::string(url), boost::algorithm::to_lower_copy(std::string(authority)),
          std::string(path)};
}

std::optional<std::string> ApiPath(std::string_view target,
                                   const std::vector<Endpoint>& endpoints) {
  std::string_view path = SplitAuthority(target).second;
  path = path.substr(0, path.find('#'));
  std::string_view base;
  for (const auto& endpoint : endpoints) {
    if (endpoint.base_path.size() > base.size() && StartsWithPath(path, endpoint.base_path)) {
      base = endpoint.base_path;
    }
  }
  path.remove_prefix(base.size());
  if (!IsApiPath(path)) return std::nullopt;
  return std::string(path);
}

bool IsApiPath(std::string_view path) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f && c != '\\'; };
  if (!path.starts_with('/') || path.size() > kLongestPath ||
      !std::all_of(path.begin(), path.end(), visible)) {
    return false;
  }
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    if (segment.empty() || IsDotSegment(segment)) return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

std::string EncodePath(std::string_view text) {
  std::string encoded;
  while (true) {
    const auto segment = text.substr(0, text.find('/'));
    encoded += PercentEncode(segment);
    if (segment.size() == text.size()) return encoded;
    encoded += '/';
    text.remove_prefix(segment.size() + 1);
  }
}

}  // namespace prow_coverage::github
