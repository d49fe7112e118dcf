#include "git_hub.h"

#include <charconv>
#include <functional>
#include <utility>

#include "page.h"
#include "sha.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

std::string EntityTag(const std::string& body) {
  char digits[16];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, std::hash<std::string>{}(body), 16).ptr;
  return "W/\"" + std::string(digits, end) + "\"";
}

}  // namespace

GitHub::GitHub(const Clock& clock, Journal& journal, std::vector<std::string> tokens,
               int rate_limit)
    : clock_(clock),
      journal_(journal),
      store_(clock),
      access_(clock, std::move(tokens)),
      rate_limit_(clock, rate_limit),
      router_({
          {"GET", "/repos/{org}/{repo}", InRepository(&GitHub::GetRepository)},
          {"GET", "/repos/{org}/{repo}/pulls", InRepository(&GitHub::ListPulls)},
          {"GET", "/repos/{org}/{repo}/pulls/{number}", InRepository(&GitHub::GetPull)},
          {"GET", "/repos/{org}/{repo}/pulls/{number}/files", InRepository(&GitHub::ListFiles)},
          {"GET", "/repos/{org}/{repo}/git/ref/heads/{branch...}", InRepository(&GitHub::GetRef)},
          {"POST", "/repos/{org}/{repo}/statuses/{sha}", InRepository(&GitHub::CreateStatus)},
          {"GET", "/repos/{org}/{repo}/commits/{sha}/statuses",
           InRepository(&GitHub::ListStatuses)},
          {"GET", "/repos/{org}/{repo}/commits/{sha}/status",
           InRepository(&GitHub::GetCombinedStatus)},
          {"GET", "/app/installations", Sync([this](Call& c) { return ListInstallations(c); })},
          {"POST", "/app/installations/{id}/access_tokens",
           Sync([this](Call& c) { return CreateAccessToken(c); })},
      }) {}

Handler GitHub::InRepository(RepositoryHandler handle) {
  return Sync([this, handle](Call& call) {
    auto* repository = store_.Find(call.Place("org"), call.Place("repo"));
    return repository == nullptr ? NotFound() : (this->*handle)(call, *repository);
  });
}

Task<Reply> GitHub::Answer(Call& call) {
  Normalize(call);
  if (const auto refusal = access_.Refusal(call)) co_return Failure(401, *refusal);
  if (!rate_limit_.Take()) co_return Failure(403, "API rate limit exceeded for user ID 1.");
  const Handler* handler = router_.Find(call);
  if (handler == nullptr) co_return NotFound();
  Reply reply = co_await (*handler)(call);
  co_return Conditional(call, std::move(reply));
}

Reply GitHub::Failure(int status, const std::string& message) {
  return JsonReply(status, Json{{"message", message},
                                {"documentation_url", "https://docs.github.com/rest"},
                                {"status", std::to_string(status)}});
}

Reply GitHub::Invalid(const std::string& field, const std::string& message) {
  const Json error{
      {"resource", "Status"}, {"code", "custom"}, {"field", field}, {"message", message}};
  return JsonReply(422, Json{{"message", "Validation Failed"},
                             {"errors", Json::array({error})},
                             {"documentation_url", "https://docs.github.com/rest"},
                             {"status", "422"}});
}

void GitHub::Normalize(Call& call) {
  auto& segments = call.segments;
  if (segments.size() >= 2 && segments[0] == "api" && segments[1] == "v3") {
    segments.erase(segments.begin(), segments.begin() + 2);
  }
  if (segments.size() < 2 || segments[0] != "repositories") return;
  std::int64_t id = 0;
  std::from_chars(segments[1].data(), segments[1].data() + segments[1].size(), id);
  if (const auto* repository = store_.FindById(id)) {
    segments[0] = "repos";
    segments[1] = repository->name;
    segments.insert(segments.begin() + 1, repository->org);
  }
}

// ETag and If-None-Match, for everything that is read.
Reply GitHub::Conditional(const Call& call, Reply reply) {
  if (call.method != "GET" || reply.status != 200) return reply;
  const std::string tag = EntityTag(reply.body);
  if (call.if_none_match == tag) {
    rate_limit_.GiveBack();
    reply.status = 304;
    reply.body.clear();
  }
  reply.headers.push_back({"ETag", tag});
  return reply;
}

Reply GitHub::GetRepository(const Call&, RepositoryRecord& repository) {
  return JsonReply(200, text_.Repository(repository.full_name(), repository.id, false));
}

Reply GitHub::GetRef(const Call& call, RepositoryRecord& repository) {
  const auto branch = repository.branches.find(call.Place("branch"));
  if (branch == repository.branches.end()) return NotFound();
  const std::string api = "https://api.github.com/repos/" + repository.full_name() + "/git/";
  return JsonReply(200, Json{{"ref", "refs/heads/" + branch->first},
                             {"node_id", "REF_" + branch->second.substr(0, 16)},
                             {"url", api + "refs/heads/" + branch->first},
                             {"object",
                              {{"sha", branch->second},
                               {"type", "commit"},
                               {"url", api + "commits/" + branch->second}}}});
}

Reply GitHub::ListInstallations(const Call& call) {
  std::vector<std::string> orgs;
  for (const auto& [name, repository] : store_.repositories()) {
    if (orgs.empty() || orgs.back() != repository.org) orgs.push_back(repository.org);
  }
  const Page page = Paginate(call, orgs.size(), "/app/installations");
  Json list = Json::array();
  for (std::size_t i = page.begin; i < page.end; ++i) {
    list.push_back({{"id", IdOf(orgs[i])},
                    {"account", {{"login", orgs[i]}, {"type", "Organization"}}},
                    {"target_type", "Organization"},
                    {"repository_selection", "all"}});
  }
  Reply reply = JsonReply(200, list);
  if (!page.link.empty()) reply.headers.push_back({"Link", page.link});
  return reply;
}

Reply GitHub::CreateAccessToken(const Call& call) {
  for (const auto& [name, repository] : store_.repositories()) {
    if (std::to_string(IdOf(repository.org)) != call.Place("id")) continue;
    journal_.Add(Journal::Kind::kEffect, host(), call.number, "token for " + repository.org);
    return JsonReply(201, Json{{"token", access_.GiveOut()},
                               {"expires_at", ToRfc3339(clock_.Now() + std::chrono::hours(1))},
                               {"permissions", {{"statuses", "write"}, {"pull_requests", "read"}}},
                               {"repository_selection", "all"}});
  }
  return NotFound();
}

}  // namespace prow_coverage::sandbox
