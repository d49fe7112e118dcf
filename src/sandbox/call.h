#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/server/server.h"

namespace prow_coverage::sandbox {

// A request that has been read. Absent header fields and parameters are "".
struct Call {
  std::uint64_t number = 0;  // ties its events in the journal together
  std::string method;
  std::string path;                   // as sent
  std::vector<std::string> segments;  // of the path, decoded
  std::map<std::string, std::string, std::less<>> query;
  std::map<std::string, std::string, std::less<>>
      places;  // what the route's {placeholders} matched
  std::string authorization;
  std::string content_type;
  std::string if_none_match;
  std::string body;

  [[nodiscard]] const std::string& Query(std::string_view name) const;
  // `otherwise` when it is absent or no number.
  [[nodiscard]] std::int64_t QueryNumber(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] const std::string& Place(std::string_view name) const;
};

// Everything but the body.
[[nodiscard]] Call ReadCall(const server::Request& request);

}  // namespace prow_coverage::sandbox
