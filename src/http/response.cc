#include <algorithm>

#include "prow_coverage/http/client.h"

namespace prow_coverage::http {

std::optional<std::string_view> Response::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& field) { return field.first == name; });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace prow_coverage::http
