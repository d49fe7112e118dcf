#include "commit_status.h"

#include <optional>

#include <nlohmann/json.hpp>

namespace prow_coverage::github {
namespace {

struct StateName {
  CommitState state;
  std::string_view name;
};

constexpr StateName kStates[] = {
    {CommitState::kPending, "pending"},
    {CommitState::kSuccess, "success"},
    {CommitState::kFailure, "failure"},
    {CommitState::kError, "error"},
};

std::optional<CommitState> ParseState(std::string_view name) {
  for (const auto& row : kStates) {
    if (row.name == name) return row.state;
  }
  return std::nullopt;
}

}  // namespace

std::string_view ToString(CommitState state) {
  for (const auto& row : kStates) {
    if (row.state == state) return row.name;
  }
  return "error";
}

std::string RenderStatus(const CommitStatus& status) {
  nlohmann::ordered_json body = {{"state", ToString(status.state)},
                                 {"context", status.context},
                                 {"description", status.description}};
  if (!status.target_url.empty()) body["target_url"] = status.target_url;
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::vector<CommitStatus>> ParseStatuses(const json::Value& combined) {
  std::vector<CommitStatus> statuses;
  auto read = combined.ForEach("statuses", [&](const json::Value& status) -> Result<void> {
    const auto context = status.String("context");
    if (!context) return context.error();
    const auto name = status.String("state");
    if (!name) return name.error();
    const auto state = ParseState(*name);
    if (!state) return {};
    statuses.push_back({*state, std::string(*context),
                        std::string(status.OptionalString("description").value_or("")),
                        std::string(status.OptionalString("target_url").value_or(""))});
    return {};
  });
  if (!read) return read.error();
  return statuses;
}

}  // namespace prow_coverage::github
