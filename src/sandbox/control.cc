#include "control.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

#include "pull_order.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

Reply BadOrder(const std::string& what) { return JsonReply(400, Json{{"error", what}}); }

Reply Done() { return JsonReply(200, "{}"); }

Reply ReplyTo(const Result<Json>& result) {
  return result ? JsonReply(200, *result) : BadOrder(result.error().message);
}

// A handler for an order in the body.
template <class F>
Handler Ordered(F apply) {
  return Sync([apply = std::move(apply)](Call& call) {
    const auto order = ParseJson(call.body);
    return order ? ReplyTo(apply(*order)) : BadOrder("the body is no JSON");
  });
}

Json Describe(const RepositoryRecord& repository, const std::string& sha,
              const StatusRecord& status) {
  return {{"id", status.id},
          {"org", repository.org},
          {"repo", repository.name},
          {"sha", sha},
          {"context", status.context},
          {"state", status.state},
          {"description", status.description},
          {"target_url", status.target_url},
          {"created_at", ToRfc3339(status.created_at)}};
}

bool Fits(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

std::vector<std::string> Strings(const Json& array) {
  std::vector<std::string> strings;
  for (const Json& element : array) {
    if (element.is_string()) strings.push_back(element.get<std::string>());
  }
  return strings;
}

// Calls without a body that give an order to all open watches.
struct WatchCall {
  std::string_view path;
  WatchOrder order;
};

constexpr WatchCall kWatchCalls[] = {
    {"/_sandbox/kube/cut-watches", WatchOrder::kCut},
    {"/_sandbox/kube/expire-watches", WatchOrder::kExpire},
    {"/_sandbox/kube/silence-watches", WatchOrder::kSilence},
    {"/_sandbox/kube/bookmark", WatchOrder::kBookmark},
};

}  // namespace

Control::Control(GitHub& git_hub, Kube& kube, Artifacts& artifacts, Plank& plank, Journal& journal,
                 FaultTable& faults, SandboxClock& clock, WebhookSender& sender)
    : git_hub_(git_hub),
      kube_(kube),
      artifacts_(artifacts),
      plank_(plank),
      journal_(journal),
      faults_(faults),
      clock_(clock),
      sender_(sender),
      router_(AllRows()) {}

std::vector<Row> Control::AllRows() {
  std::vector<Row> rows = GitHubRows();
  for (auto& more : {KubeRows(), JobRows(), CommonRows()})
    rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

std::vector<Row> Control::GitHubRows() {
  auto& store = git_hub_.store();
  return {
      {"PUT", "/_sandbox/pulls", Sync([this](Call& c) { return PutPulls(c); })},
      {"POST", "/_sandbox/push", Ordered([&](const Json& o) { return Push(store, o); })},
      {"PUT", "/_sandbox/branches", Ordered([&](const Json& o) { return PutBranch(store, o); })},
      {"DELETE", "/_sandbox/commits/{org}/{repo}/{sha}",
       Sync([this](Call& c) { return ForgetCommit(c); })},
      {"GET", "/_sandbox/statuses", Sync([this](Call& c) { return ListStatuses(c); })},
      {"GET", "/_sandbox/heads", Sync([this](Call& c) { return ListHeads(c); })},
      {"POST", "/_sandbox/deliver", [this](Call& c) { return Deliver(c); }},
  };
}

std::vector<Row> Control::KubeRows() {
  std::vector<Row> rows{
      {"PUT", "/_sandbox/namespaces", Sync([this](Call& c) { return SetNamespaces(c); })},
      {"POST", "/_sandbox/kube/compact", Sync([this](Call&) {
         kube_.store().Compact();
         return Done();
       })},
  };
  for (const WatchCall& row : kWatchCalls) {
    rows.push_back({"POST", row.path, Sync([this, order = row.order](Call&) {
                      kube_.hub().Give(order);
                      return Done();
                    })});
  }
  return rows;
}

std::vector<Row> Control::CommonRows() {
  return {
      {"PUT", "/_sandbox/tokens", Sync([this](Call& c) { return SetTokens(c); })},
      {"POST", "/_sandbox/faults", Sync([this](Call& c) { return AddFault(c); })},
      {"GET", "/_sandbox/faults", Sync([this](Call&) { return JsonReply(200, faults_.List()); })},
      {"DELETE", "/_sandbox/faults", Sync([this](Call& c) { return RemoveFaults(c); })},
      {"DELETE", "/_sandbox/faults/{id}", Sync([this](Call& c) { return RemoveFaults(c); })},
      {"GET", "/_sandbox/events",
       Sync([this](Call& c) { return JsonReply(200, journal_.Events(c)); })},
      {"GET", "/_sandbox/summary", Sync([this](Call&) { return Summary(); })},
      {"POST", "/_sandbox/clock/advance", Sync([this](Call& c) { return AdvanceClock(c); })},
      {"POST", "/_sandbox/reset", Sync([this](Call&) { return Reset(); })},
  };
}

Reply Control::PutPulls(const Call& call) {
  const auto orders = ParseJson(call.body);
  if (!orders) return BadOrder("the body is no JSON");
  if (!orders->is_array()) return ReplyTo(PutPull(git_hub_.store(), *orders));
  Json pulls = Json::array();
  for (std::size_t i = 0; i < orders->size(); ++i) {
    const auto pull = PutPull(git_hub_.store(), (*orders)[i]);
    if (!pull) return BadOrder("pull request " + std::to_string(i) + ": " + pull.error().message);
    pulls.push_back(*pull);
  }
  return JsonReply(200, pulls);
}

Reply Control::ForgetCommit(const Call& call) {
  auto* repository = git_hub_.store().Find(call.Place("org"), call.Place("repo"));
  if (repository == nullptr) return BadOrder("there is no such repository");
  repository->commits.erase(call.Place("sha"));
  return Done();
}

// Every status that was ever posted, in order.
Reply Control::ListStatuses(const Call& call) {
  std::map<std::int64_t, Json> statuses;
  for (const auto& [name, repository] : git_hub_.store().repositories()) {
    if (!Fits(call.Query("org"), repository.org) || !Fits(call.Query("repo"), repository.name)) {
      continue;
    }
    for (const auto& [sha, posted] : repository.statuses_by_sha) {
      if (!Fits(call.Query("sha"), sha)) continue;
      for (const StatusRecord& status : posted) {
        statuses[status.id] = Describe(repository, sha, status);
      }
    }
  }
  Json list = Json::array();
  for (auto& [id, status] : statuses) list.push_back(std::move(status));
  return JsonReply(200, list);
}

// Every open pull request with the newest status of each context at its head.
Reply Control::ListHeads(const Call&) {
  Json heads = Json::array();
  for (const auto& [name, repository] : git_hub_.store().repositories()) {
    for (const auto& [number, pull] : repository.pulls) {
      if (pull.state != "open") continue;
      std::map<std::string, Json> newest;
      const auto posted = repository.statuses_by_sha.find(pull.head_sha);
      if (posted != repository.statuses_by_sha.end()) {
        for (const StatusRecord& status : posted->second) {
          newest[status.context] = Describe(repository, pull.head_sha, status);
        }
      }
      heads.push_back({{"org", repository.org},
                       {"repo", repository.name},
                       {"number", number},
                       {"head_sha", pull.head_sha},
                       {"statuses", newest}});
    }
  }
  return JsonReply(200, heads);
}

Reply Control::SetTokens(const Call& call) {
  const auto order = ParseJson(call.body);
  if (!order) return BadOrder("the body is no JSON");
  if (order->contains("github")) git_hub_.access().SetTokens(Strings((*order)["github"]));
  if (!order->contains("kube")) return Done();
  std::vector<KubeUser> users;
  for (const Json& user : (*order)["kube"]) {
    users.push_back({Text(user, "name"), Text(user, "token"), Strings(Member(user, "verbs"))});
  }
  kube_.access().SetUsers(std::move(users));
  return Done();
}

Reply Control::SetNamespaces(const Call& call) {
  const auto order = ParseJson(call.body);
  if (!order || !order->is_array()) return BadOrder("the body is no JSON array");
  kube_.SetNamespaces(Strings(*order));
  return Done();
}

Reply Control::AddFault(const Call& call) {
  const auto order = ParseJson(call.body);
  if (!order) return BadOrder("the body is no JSON");
  const auto id = faults_.Add(*order);
  return id ? JsonReply(200, Json{{"id", *id}}) : BadOrder(id.error().message);
}

Reply Control::RemoveFaults(const Call& call) {
  const std::string& text = call.Place("id");
  int id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  faults_.Remove(id);
  return Done();
}

Reply Control::AdvanceClock(const Call& call) {
  const auto order = ParseJson(call.body).value_or(Json());
  const Json& ms = Member(order, "ms");
  if (!ms.is_number_integer() || ms.get<std::int64_t>() < 0) {
    return BadOrder("ms must be a number that is not negative");
  }
  clock_.Advance(std::chrono::milliseconds(ms.get<std::int64_t>()));
  kube_.hub().WakeAll();  // plank waits there
  return JsonReply(200, Json{{"now_ms", journal_.Milliseconds()}});
}

Reply Control::Summary() {
  std::size_t pulls = 0;
  std::size_t statuses = 0;
  for (const auto& [name, repository] : git_hub_.store().repositories()) {
    pulls += repository.pulls.size();
    for (const auto& [sha, posted] : repository.statuses_by_sha) statuses += posted.size();
  }
  return JsonReply(200, Json{{"now_ms", journal_.Milliseconds()},
                             {"pulls", pulls},
                             {"statuses", statuses},
                             {"kube_objects", kube_.store().size()},
                             {"events", journal_.Totals()}});
}

Reply Control::Reset() {
  git_hub_.store().Clear();
  kube_.store().Clear();
  plank_.Clear();
  artifacts_.Clear();
  faults_.Remove(0);
  journal_.Clear();
  return Done();
}

Task<Reply> Control::Deliver(Call& call) {
  auto order = ParseJson(call.body);
  if (!order) co_return BadOrder("the body is no JSON");
  const auto delivered = co_await sender_.Deliver(std::move(*order));
  co_return ReplyTo(delivered);
}

}  // namespace prow_coverage::sandbox
