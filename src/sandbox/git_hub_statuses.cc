#include <algorithm>
#include <array>
#include <set>

#include "git_hub.h"
#include "json_text.h"
#include "page.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

constexpr std::size_t kMaxDescription = 140;
constexpr std::array<std::string_view, 4> kStates{"error", "failure", "pending", "success"};

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// The newest status of each context, newest first.
std::vector<const StatusRecord*> Newest(const std::vector<StatusRecord>& statuses) {
  std::vector<const StatusRecord*> newest;
  std::set<std::string_view> seen;
  for (auto status = statuses.rbegin(); status != statuses.rend(); ++status) {
    if (seen.insert(status->context).second) newest.push_back(&*status);
  }
  return newest;
}

std::string Combine(const std::vector<const StatusRecord*>& statuses) {
  const auto any = [&](std::string_view state) {
    return std::any_of(statuses.begin(), statuses.end(),
                       [&](const auto* status) { return status->state == state; });
  };
  if (any("failure") || any("error")) return "failure";
  return statuses.empty() || any("pending") ? "pending" : "success";
}

}  // namespace

Reply GitHub::CreateStatus(const Call& call, RepositoryRecord& repository) {
  const auto body = ParseJson(call.body);
  if (!body || !body->is_object()) return Failure(400, "Problems parsing JSON");
  StatusRecord status;
  status.state = Text(*body, "state");
  status.context = Text(*body, "context");
  status.description = Text(*body, "description");
  status.target_url = Text(*body, "target_url");
  if (status.context.empty()) status.context = "default";
  if (std::find(kStates.begin(), kStates.end(), status.state) == kStates.end()) {
    return Invalid("state", "state is not included in the list");
  }
  if (CountCharacters(status.description) > kMaxDescription) {
    return Invalid("description", "description is too long (maximum is 140 characters)");
  }
  const std::string& sha = call.Place("sha");
  const auto created = store_.AddStatus(repository, sha, std::move(status));
  if (!created) return Failure(422, created.error().message);
  journal_.Add(Journal::Kind::kEffect, host(), call.number,
               "status " + repository.full_name() + "@" + sha + " " + created->context + " " +
                   created->state + ": " + created->description);
  return JsonReply(201, text_.Status(repository, sha, *created));
}

Reply GitHub::ListStatuses(const Call& call, RepositoryRecord& repository) {
  const std::string& sha = call.Place("sha");
  if (!repository.commits.contains(sha)) return Failure(422, "No commit found for SHA: " + sha);
  const auto& statuses = repository.statuses_by_sha[sha];
  const std::string path = "/repositories/" + std::to_string(repository.id) + "/commits/" + sha;
  const Page page = Paginate(call, statuses.size(), path + "/statuses");
  std::string body = "[";
  for (std::size_t i = page.begin; i < page.end; ++i) {
    if (i > page.begin) body += ',';
    body += text_.Status(repository, sha, statuses[statuses.size() - 1 - i]);
  }
  Reply reply = JsonReply(200, body + "]");
  if (!page.link.empty()) reply.headers.push_back({"Link", page.link});
  return reply;
}

Reply GitHub::GetCombinedStatus(const Call& call, RepositoryRecord& repository) {
  const std::string& sha = call.Place("sha");
  if (!repository.commits.contains(sha)) return Failure(422, "No commit found for SHA: " + sha);
  const auto newest = Newest(repository.statuses_by_sha[sha]);
  const Page page = Paginate(call, newest.size(), "");
  std::string statuses = "[";
  for (std::size_t i = page.begin; i < page.end; ++i) {
    if (i > page.begin) statuses += ',';
    statuses += text_.Status(repository, sha, *newest[i]);
  }
  ObjectText body;
  body.String("state", Combine(newest))
      .Raw("statuses", statuses + "]")
      .String("sha", sha)
      .Number("total_count", static_cast<std::int64_t>(newest.size()))
      .Raw("repository", text_.Repository(repository.full_name(), repository.id, false));
  return JsonReply(200, body.Take());
}

}  // namespace prow_coverage::sandbox
