#pragma once

#include <optional>
#include <string_view>

namespace prow_coverage::server {

struct Target {
  std::string_view path;
  std::string_view query;  // without the '?'

  bool operator==(const Target&) const = default;
};

// Splits a request target in origin form ("/a?b"), absolute form ("http://host/a?b", which a proxy
// sends) or the asterisk form of OPTIONS. Nothing is decoded: routes are plain ASCII, and a path
// that is decoded once too often is how "%2e%2e" gets in. nullopt for anything else. Refers to
// `target`.
[[nodiscard]] std::optional<Target> SplitTarget(std::string_view target);

}  // namespace prow_coverage::server
