#include "branch_tip.h"

#include <algorithm>
#include <cctype>

#include <boost/algorithm/string/case_conv.hpp>

namespace prow_coverage::github {
namespace {

bool IsSha(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

// Takes the SHA when this is the ref that is looked for.
Result<void> Look(const json::Value& ref, const std::string& wanted, std::string& sha) {
  const auto name = ref.String("ref");
  if (!name) return name.error();
  if (*name != wanted) return {};
  const auto found = ref.String("object.sha");
  if (!found) return found.error();
  if (!IsSha(*found)) return Error{ErrorCode::kInvalidArgument, "object.sha is no commit SHA", {}};
  sha = boost::algorithm::to_lower_copy(std::string(*found));
  return {};
}

}  // namespace

Result<std::string> ParseBranchTip(const json::Value& answer, std::string_view branch) {
  const std::string wanted = "refs/heads/" + std::string(branch);
  std::string sha;
  const auto look = [&](const json::Value& ref) { return Look(ref, wanted, sha); };
  const auto read = answer.IsArray() ? answer.ForEach("", look) : look(answer);
  if (!read) return read.error();
  if (sha.empty()) {
    return Error{ErrorCode::kNotFound, "there is no branch " + std::string(branch), {}};
  }
  return sha;
}

}  // namespace prow_coverage::github
