#include "prow_coverage/base/commit_sha.h"

#include <algorithm>

namespace prow_coverage {

bool IsCommitSha(std::string_view text) {
  const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace prow_coverage
