#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "call.h"

namespace prow_coverage::sandbox {

// The part of a list that a call asks for by ?per_page and ?page.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  // Value of the Link header, "" when all fits one page. As GitHub's own and not as the caller's
  // address has it: a proxy in between passes it through.
  std::string link;
};

// `path` as it stands in links: "/repositories/1001/pulls".
[[nodiscard]] Page Paginate(const Call& call, std::size_t size, const std::string& path);

}  // namespace prow_coverage::sandbox
