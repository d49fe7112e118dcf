#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prow_coverage::github {

// A root of GitHub's REST API as configured: "https://ghe.example/api/v3".
struct Endpoint {
  std::string url;        // no slash at its end
  std::string host;       // lower case, with the port if there is one: the HostBudget's key
  std::string base_path;  // "/api/v3", or ""

  bool operator==(const Endpoint&) const = default;
};

[[nodiscard]] Endpoint ParseEndpoint(std::string_view url);

// The API path with query that `target` (of a Link or Location header) names: below the base path
// of whichever of `endpoints` it carries. Its host is dropped unread, since a ghproxy passes
// GitHub's own links through and a credential must go to configured hosts alone. Nothing for a
// target that IsApiPath refuses.
[[nodiscard]] std::optional<std::string> ApiPath(std::string_view target,
                                                 const std::vector<Endpoint>& endpoints);

// True for an absolute path of visible ASCII without empty, "." or ".." segments, at most 8 KiB
// long: it names below the endpoint's base path what it seems to name.
[[nodiscard]] bool IsApiPath(std::string_view path);

// Escapes each segment of a branch name; its slashes stay.
[[nodiscard]] std::string EncodePath(std::string_view text);

}  // namespace prow_coverage::github
