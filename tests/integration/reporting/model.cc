#include "model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <thread>
#include <utility>

#include <gmock/gmock.h>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/kube/rfc3339.h"

namespace prow_coverage::testing {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

// So few that most steps meet one that has a history.
constexpr std::size_t kMaxPulls = 12;
// A head gets ten attempts at most (docs/decisions.md).
constexpr std::size_t kMaxFormer = 4;

// The life of a pod and what it leaves. Times short enough that a test sees the end of most.
const Json kScenarios[] = {
    {{"outcome", "success"}, {"run_ms", 100}},
    {{"outcome", "success"}, {"run_ms", 400}, {"coverage", {{"pr", 55.5}, {"base", 60.0}}}},
    {{"outcome", "success"}, {"run_ms", 0}},
    {{"outcome", "success"},
     {"run_ms", 100},
     {"files", {{"artifacts/coverage-summary.json", nullptr}}}},
    {{"outcome", "failure"}, {"run_ms", 300}},
    {{"outcome", "failure"}, {"run_ms", 100}, {"coverage", {{"pr", 40.0}, {"base", nullptr}}}},
    {{"outcome", "failure"},
     {"run_ms", 100},
     {"files", {{"artifacts/coverage-summary.json", "{"}}}},
    {{"outcome", "error"}, {"run_ms", 100}},
    {{"outcome", "image-pull"}, {"run_ms", 800}},
    {{"outcome", "unschedulable"}, {"run_ms", 500}},
    {{"outcome", "evicted-at-once"}, {"run_ms", 200}},
    {{"outcome", "pod-gone"}, {"run_ms", 50}},
    {{"outcome", "no-cluster"}},
    {{"outcome", "aborted"}, {"run_ms", 300}},
    {{"outcome", "aborted"}, {"run_ms", 50}, {"abort_ms", 300}},
    {{"outcome", "slow"}},
    {{"outcome", "deleted"}, {"run_ms", 1500}},
};

// None that lets a call take effect long after the daemon that made it was killed.
const Json kFaults[] = {
    {{"target", "github"}, {"kind", "429"}, {"retry_after", 0}, {"count", 3}},
    {{"target", "github"}, {"kind", "429"}, {"retry_after", 1}, {"grace_ms", 50}, {"count", 1}},
    {{"target", "github"}, {"kind", "403-retry-after"}, {"grace_ms", 50}, {"count", 1}},
    {{"target", "github"}, {"kind", "502"}, {"every", 2}, {"count", 6}},
    {{"target", "github"}, {"kind", "503"}, {"method", "POST"}, {"count", 12}},
    {{"target", "github"}, {"kind", "cut"}, {"count", 3}},
    {{"target", "github"}, {"kind", "cut-after-effect"}, {"method", "POST"}, {"count", 1}},
    {{"target", "github"}, {"kind", "slow"}, {"ms", 150}, {"method", "GET"}, {"count", 4}},
    {{"target", "kube"}, {"kind", "503"}, {"count", 3}},
    {{"target", "kube"}, {"kind", "429"}, {"retry_after", 1}, {"grace_ms", 50}, {"count", 1}},
    {{"target", "kube"}, {"kind", "cut"}, {"count", 3}},
    {{"target", "kube"}, {"kind", "cut-after-effect"}, {"method", "POST"}, {"count", 2}},
    {{"target", "kube"}, {"kind", "expired"}, {"watch", true}, {"count", 1}},
    {{"target", "artifacts"}, {"kind", "503"}, {"count", 2}},
    {{"target", "artifacts"}, {"kind", "cut"}, {"count", 1}},
};

constexpr const char* kWatchOrders[] = {"cut-watches",    "cut-watches",     "cut-watches",
                                        "expire-watches", "silence-watches", "compact"};

// Of all namespaces: what the faults leave alone.
constexpr const char* kAllProwJobs = "/apis/prow.k8s.io/v1/prowjobs";
constexpr const char* kProwJobs = "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs";

std::string StartOf(const Json& job) { return job["status"]["startTime"]; }
std::string NameOf(const Json& job) { return job["metadata"]["name"]; }

// A fault may meet it as well.
template <class Call>
void Click(Call call) {
  try {
    call();
  } catch (const std::exception&) {
    return;
  }
}

Json PullName(int number) {
  return {{"org", "kubevirt"}, {"repo", "project-infra"}, {"number", number}};
}

}  // namespace

Model::Model(World& world, std::vector<Replica*> replicas, std::uint32_t seed, bool gate)
    : world_(world), replicas_(std::move(replicas)), random_(seed), history_(world, gate) {
  world_.Plank({{"outcome", "success"}, {"run_ms", 200}});
}

void Model::Step() {
  ++steps_;
  const auto dice = Below(22);
  if (pulls_.empty() || (dice < 4 && pulls_.size() < kMaxPulls)) {
    Open();
  } else if (dice < 8) {
    Push(SomePull());
  } else if (dice < 9) {
    ForcePush(SomePull());
  } else if (dice < 11) {
    PushBack(SomePull());
  } else if (dice < 13) {
    CloseOrReopen(SomePull());
  } else if (dice < 14) {
    DeliverAgain(SomePull());
  } else if (dice < 15) {
    RunAgain(SomePull());
  } else if (dice < 16) {
    Abort(SomePull());
  } else if (dice < 19) {
    Fault();
  } else {
    DisturbWatches();
  }
  std::this_thread::sleep_for(milliseconds(Below(4) == 0 ? Below(300) : Below(40)));
  history_.Observe();
}

void Model::Open() {
  Pull pull;
  pull.number = static_cast<int>(pulls_.size()) + 1;
  pulls_.push_back(pull);
  MoveHead(pulls_.back(), FreshSha());
  Tell(pulls_.back(), "opened", Below(4) == 0 ? 2 : 1);
}

void Model::Push(Pull& pull) {
  if (!pull.open) return;
  pull.former.push_back(pull.head);
  MoveHead(pull, FreshSha());
  Tell(pull, "synchronize");
}

// GitHub forgets the commit, and takes no status for it any more.
void Model::ForcePush(Pull& pull) {
  if (!pull.open) return;
  const std::string gone = pull.head;
  MoveHead(pull, FreshSha());
  world_.GitHub("DELETE", "/_sandbox/commits/kubevirt/project-infra/" + gone);
  Tell(pull, "synchronize");
}

void Model::PushBack(Pull& pull) {
  if (!pull.open || pull.former.empty() || pull.former.size() > kMaxFormer) return Push(pull);
  const std::string old = pull.former[Below(static_cast<std::uint32_t>(pull.former.size()))];
  pull.former.push_back(pull.head);
  std::erase(pull.former, old);
  MoveHead(pull, old);
  Tell(pull, "synchronize");
}

void Model::CloseOrReopen(Pull& pull) {
  pull.open = !pull.open;
  Json order = PullName(pull.number);
  order["state"] = pull.open ? "open" : "closed";
  world_.GitHub("PUT", "/_sandbox/pulls", order);
  if (pull.open) PlanJob(pull);
  Tell(pull, pull.open ? "reopened" : "closed");
}

void Model::DeliverAgain(Pull& pull) {
  if (pull.open) Tell(pull, "synchronize", 2);
}

Json Model::NewestJob(const Pull& pull) {
  Json newest;
  const Json jobs = world_.Kube("GET", kAllProwJobs)["items"];
  for (const Json& job : jobs) {
    if (job["spec"]["refs"]["pulls"][0]["sha"] != pull.head) continue;
    if (newest.is_null() || StartOf(newest) <= StartOf(job)) newest = job;
  }
  return newest;
}

// As Deck does it: same labels and specification, another name.
void Model::RunAgain(Pull& pull) {
  Json job = NewestJob(pull);
  if (!pull.open || job.is_null()) return;
  PlanJob(pull);
  const auto start =
      std::max<WallTime>(std::chrono::system_clock::now(),
                         kube::ParseRfc3339(StartOf(job)).value() + std::chrono::seconds(1));
  job["metadata"] = {{"name", "deck-rerun-" + std::to_string(++reruns_)},
                     {"labels", job["metadata"]["labels"]},
                     {"annotations", job["metadata"]["annotations"]}};
  job["status"] = {{"state", "triggered"}, {"startTime", ToRfc3339(start)}};
  Click([&] { world_.Kube("POST", kProwJobs, job); });
}

void Model::Abort(Pull& pull) {
  const Json job = NewestJob(pull);
  if (job.is_null() || job["status"].contains("completionTime")) return;
  history_.WillBeAborted(NameOf(job));
  const Json aborted = {{"status", {{"state", "aborted"}, {"description", "Aborted by bob."}}}};
  Click([&] { world_.Kube("PATCH", kProwJobs + ("/" + NameOf(job)), aborted); });
}

// Of the next job of this pull request; the one after it succeeds.
void Model::PlanJob(const Pull& pull) {
  Json scenario = kScenarios[Below(std::size(kScenarios))];
  scenario.update(PullName(pull.number));
  scenario["count"] = 1;
  world_.Plank(scenario);
}

void Model::Fault() {
  Json fault = kFaults[Below(std::size(kFaults))];
  if (fault["target"] == "kube") fault["path_regex"] = "/namespaces/";  // ours are without
  world_.GitHub("POST", "/_sandbox/faults", fault);
}

void Model::DisturbWatches() {
  const std::string order = kWatchOrders[Below(std::size(kWatchOrders))];
  world_.GitHub("POST", "/_sandbox/kube/" + order);
}

void Model::MoveHead(Pull& pull, const std::string& sha) {
  pull.head = sha;
  Json order = PullName(pull.number);
  order["head_sha"] = sha;
  order["files"] = {"robots/a.go"};
  world_.GitHub("PUT", "/_sandbox/pulls", order);
  PlanJob(pull);
}

void Model::Tell(Pull& pull, const std::string& action, int times) {
  pull.undelivered.push_back(action);
  Replica* replica = SomeReplica();
  if (replica == nullptr) return;
  for (const auto& waiting : std::exchange(pull.undelivered, {})) {
    replica->Deliver(pull.number, waiting, times);
  }
}

void Model::DeliverRest() {
  for (Pull& pull : pulls_) {
    Replica* replica = SomeReplica();
    for (const auto& action : std::exchange(pull.undelivered, {})) {
      replica->Deliver(pull.number, action);
    }
  }
}

Replica* Model::SomeReplica() {
  std::vector<Replica*> running;
  for (Replica* replica : replicas_) {
    if (replica->running()) running.push_back(replica);
  }
  return running.empty() ? nullptr : running[Below(static_cast<std::uint32_t>(running.size()))];
}

std::string Model::FreshSha() {
  char text[41];
  std::snprintf(text, sizeof text, "%08x%032x", static_cast<unsigned>(random_()), ++shas_);
  return text;
}

bool Model::IsSettled() {
  history_.Read();
  if (!history_.AllJobsHaveEnded()) {
    world_.GitHub("POST", "/_sandbox/clock/advance", {{"ms", 3'600'000}});
    return false;
  }
  for (const Pull& pull : pulls_) {
    if (pull.open && !history_.IsAnswered(pull.head)) return false;
  }
  return true;
}

void Model::Settle() {
  world_.GitHub("DELETE", "/_sandbox/faults");
  world_.GitHub("POST", "/_sandbox/kube/cut-watches");
  DeliverRest();
  for (Replica* replica : replicas_) EXPECT_TRUE(replica->AwaitRest()) << replica->Log();
  // A job that went while the reporting replica was down costs a quarter of a minute and a further
  // job.
  EXPECT_TRUE(Eventually([this] { return IsSettled(); }, std::chrono::seconds(60)))
      << "it does not come to rest";
  // What comes now comes too much.
  std::this_thread::sleep_for(milliseconds(700));
  history_.Read();
}

void Model::ExpectAllTold() {
  history_.ExpectInOrder();
  for (const Pull& pull : pulls_) {
    SCOPED_TRACE("pull request " + std::to_string(pull.number));
    pull.open ? history_.ExpectAnswered(pull.head) : history_.ExpectSilent(pull.head);
  }
}

std::string Model::Describe() const {
  return std::to_string(steps_) + " steps, " + std::to_string(pulls_.size()) + " pull requests, " +
         std::to_string(history_.jobs()) + " ProwJobs, " + std::to_string(history_.posts()) +
         " statuses";
}

}  // namespace prow_coverage::testing
