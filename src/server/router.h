#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/server/server.h"

namespace prow_coverage::server {

// Finds the row of the routing table that answers a request. A linear search: a table has a dozen
// rows, and comparing lengths rules out nearly all of them.
class Router {
 public:
  struct Match {
    const Route* route = nullptr;  // lives as long as the router
    std::string allow;             // without a route: the value of Allow (405), or "" (404)
  };

  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  [[nodiscard]] Match Find(std::string_view method, std::string_view path) const;

 private:
  const Route* FindRow(std::string_view method, std::string_view path) const;
  std::string Allow(std::string_view path) const;

  std::vector<Route> routes_;
};

}  // namespace prow_coverage::server
