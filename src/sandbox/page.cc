#include "page.h"

#include <algorithm>
#include <cstdint>

namespace prow_coverage::sandbox {
namespace {

std::string LinkTo(const Call& call, const std::string& path, std::size_t page,
                   std::string_view relation) {
  std::string query;
  for (const auto& [name, value] : call.query) {
    if (name != "page") query += name + "=" + value + "&";
  }
  return "<https://api.github.com" + path + "?" + query + "page=" + std::to_string(page) +
         ">; rel=\"" + std::string(relation) + "\"";
}

}  // namespace

Page Paginate(const Call& call, std::size_t size, const std::string& path) {
  const auto number = [&](std::string_view name, std::int64_t otherwise, std::int64_t most) {
    return static_cast<std::size_t>(
        std::clamp(call.QueryNumber(name, otherwise), std::int64_t{1}, most));
  };
  const std::size_t per_page = number("per_page", 30, 100);
  const std::size_t page = number("page", 1, 1'000'000);
  const std::size_t last = std::max<std::size_t>(1, (size + per_page - 1) / per_page);

  Page result{std::min(size, (page - 1) * per_page), std::min(size, page * per_page), ""};
  const auto add = [&](std::size_t target, std::string_view relation) {
    if (!result.link.empty()) result.link += ", ";
    result.link += LinkTo(call, path, target, relation);
  };
  if (page > 1) add(page - 1, "prev");
  if (page < last) add(page + 1, "next");
  if (page < last) add(last, "last");
  if (page > 1) add(1, "first");
  return result;
}

}  // namespace prow_coverage::sandbox
