#include "prow_coverage/results/summary.h"

#include <set>
#include <string>

#include "prow_coverage/json/document.h"

namespace prow_coverage::results {
namespace {

struct Range {
  double least;
  double most;
};

constexpr Range kPercent{0, 100};
constexpr Range kDelta{-100, 100};

// Which of two values counts is each parser's own taste.
Result<void> CheckNames(const json::Value& root) {
  std::set<std::string_view> names;
  return root.ForEachMember("", [&](std::string_view name, const json::Value&) -> Result<void> {
    if (names.insert(name).second) return {};
    return Error{
        ErrorCode::kInvalidArgument, "a member is there twice (" + std::string(name) + ")", {}};
  });
}

// False also for null.
Result<bool> IsThere(const json::Value& root, std::string_view name) {
  bool there = false;
  auto read = root.ForEachMember("", [&](std::string_view key, const json::Value& value) {
    if (key == name) there = !value.IsNull();
    return Result<void>();
  });
  if (!read) return read.error();
  return there;
}

Result<double> ReadNumber(const json::Value& root, std::string_view name, Range range) {
  const auto number = root.Number(name);
  if (!number) return number.error();
  // Written so that a NaN fails, too.
  if (!(*number >= range.least && *number <= range.most)) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string(name) + " is not in " + std::to_string(int(range.least)) + ".." +
                     std::to_string(int(range.most)),
                 {}};
  }
  return *number;
}

Result<std::optional<double>> ReadOptional(const json::Value& root, std::string_view name,
                                           Range range) {
  const auto there = IsThere(root, name);
  if (!there) return there.error();
  if (!*there) return std::optional<double>();
  const auto number = ReadNumber(root, name, range);
  if (!number) return number.error();
  return std::optional<double>(*number);
}

}  // namespace

Result<Summary> ParseSummary(std::string_view text) {
  const auto document = json::Document::Parse(text);
  if (!document) {
    return Error{
        ErrorCode::kInvalidArgument, "not valid JSON (" + document.error().message + ")", {}};
  }
  const json::Value root = document->root();
  if (!root.IsObject()) return Error{ErrorCode::kInvalidArgument, "it is no JSON object", {}};
  if (auto checked = CheckNames(root); !checked) return checked.error();
  const auto pr = ReadNumber(root, "pr_coverage", kPercent);
  if (!pr) return pr.error();
  auto base = ReadOptional(root, "base_coverage", kPercent);
  if (!base) return base.error();
  auto threshold = ReadOptional(root, "threshold", kPercent);
  if (!threshold) return threshold.error();
  if (auto delta = ReadOptional(root, "delta", kDelta); !delta) return delta.error();
  return Summary{*pr, *base, *threshold};
}

}  // namespace prow_coverage::results
