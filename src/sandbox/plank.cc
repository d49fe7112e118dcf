#include "plank.h"

#include <algorithm>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace prow_coverage::sandbox {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

namespace {

// Steps in a row; then the other coroutines of the thread have their turn.
constexpr int kMaxSteps = 32;

// A wait so long is not worth a deadline of its own.
constexpr auto kLongWait = std::chrono::hours(1);

}  // namespace

Plank::Plank(KubeStore& store, WatchHub& hub, Artifacts& artifacts, Journal& journal,
             const Clock& clock, std::string deck_url)
    : store_(store),
      hub_(hub),
      journal_(journal),
      clock_(clock),
      writer_(store, artifacts, journal, std::move(deck_url)) {}

Task<void> Plank::Run() {
  running_ = true;
  const auto executor = co_await asio::this_coro::executor;
  while (!stopping_) {
    LookAround();
    const bool all_done = DoWhatIsDue();
    if (!all_done || store_.revision() > seen_) {
      co_await asio::post(executor, asio::use_awaitable);
    } else {
      co_await hub_.Wait(NextDeadline());
    }
  }
  running_ = false;
  hub_.WakeAll();
}

Task<void> Plank::Stop() {
  stopping_ = true;
  hub_.WakeAll();
  while (running_) co_await hub_.Wait(SteadyClock::now() + kLongWait);
}

void Plank::Add(Scenario scenario) {
  scenarios_.Add(std::move(scenario));
  scenarios_changed_ = true;
  hub_.WakeAll();
}

void Plank::Clear() {
  scenarios_.Clear();
  for (const auto& [key, run] : runs_) waiting_.insert(key);
  runs_.clear();
  agenda_.clear();
  newest_.clear();
}

void Plank::LookAround() {
  const auto since = std::exchange(seen_, store_.revision());
  if (std::exchange(scenarios_changed_, false)) LookAtWaiting();
  if (since < store_.oldest()) return LookAtEverything();
  // Copied, because what is seen leads to changes.
  std::vector<KubeChange> changes;
  store_.ForEachChange(since, [&](const KubeChange& change) {
    changes.push_back(change);
    return true;
  });
  for (const KubeChange& change : changes) {
    const KubeObject& object = *change.after;
    if (change.deleted) {
      Forget({object.ns, object.name});
    } else if (store_.Find(*object.type, object.ns, object.name) == change.after) {
      LookAt(object);
    }
  }
}

void Plank::LookAtWaiting() {
  for (const auto& [ns, name] : std::exchange(waiting_, {})) {
    const auto object = store_.Find(*FindResource("prow.k8s.io", "v1", "prowjobs"), ns, name);
    if (object) LookAt(*object);
  }
}

void Plank::LookAtEverything() {
  std::vector<KubeObjectPointer> objects;
  const ResourceType& type = *FindResource("prow.k8s.io", "v1", "prowjobs");
  store_.ForEach(type, "", {}, [&](const KubeObjectPointer& object) {
    objects.push_back(object);
    return true;
  });
  std::vector<Key> gone;
  for (const auto& [key, run] : runs_) {
    if (!store_.Find(type, key.first, key.second)) gone.push_back(key);
  }
  for (const Key& key : gone) Forget(key);
  for (const KubeObjectPointer& object : objects) LookAt(*object);
}

void Plank::LookAt(const KubeObject& object) {
  if (object.type->kind != "ProwJob") return;
  const Key key{object.ns, object.name};
  if (scenarios_.empty()) {
    waiting_.insert(key);
    return;
  }
  const auto run = runs_.find(key);
  if (run != runs_.end() && object.revision <= run->second.revision) return;
  ProwJobView view = ReadProwJob(ParseJson(object.text).value());
  if (!view.kubernetes) return;
  if (view.complete) {
    if (run != runs_.end()) NoteIfLeftRunning(run->second, view);
    return Forget(key);
  }
  const bool aborted = view.state == "aborted";
  if (run == runs_.end()) Adopt(object, std::move(view));
  if (aborted) PlanCompletion(key);
}

void Plank::Adopt(const KubeObject& object, ProwJobView view) {
  const Scenario* scenario = scenarios_.Take(view.org, view.repo, view.number);
  PlankRun run;
  run.key = {object.ns, object.name};
  if (scenario == nullptr) {
    waiting_.insert(run.key);
    return;
  }
  run.scenario = *scenario;
  run.began_at = clock_.Monotonic();
  run.began = clock_.Now();
  run.revision = object.revision;
  run.build_id = view.build_id;
  if (view.decorated) {
    run.steps = PlanSteps(run.scenario, view.state);
  } else {
    journal_.Add(Journal::Kind::kViolation, Host::kKube, 0,
                 "plank cannot run " + object.name +
                     ": its decoration_config has no utility_images or no gcs_configuration");
  }
  run.view = std::move(view);
  const Key key = run.key;
  Plan(runs_[key] = std::move(run));
  TerminateOlder(key);
}

// TerminateOlderJobs of Prow's pkg/pjutil/abort.go: of two the one with the earlier startTime, and
// of two with the same one the first that it meets; here that is the new one, which hurts more.
void Plank::TerminateOlder(const Key& key) {
  const PlankRun& run = runs_[key];
  if (run.view.identity.empty() || run.view.state == "aborted") return;
  const auto other = newest_.find(run.view.identity);
  if (other == newest_.end()) {
    newest_[run.view.identity] = key;
    return;
  }
  const bool other_is_older = runs_[other->second].view.start_time < run.view.start_time;
  const Key older = other_is_older ? std::exchange(other->second, key) : key;
  writer_.AbortAsOlder(runs_[older]);
  PlanCompletion(older);
}

// The pod is ended, and then the job is complete.
void Plank::PlanCompletion(const Key& key) {
  const auto found = runs_.find(key);
  if (found == runs_.end()) return;
  PlankRun& run = found->second;
  const auto newest = newest_.find(run.view.identity);
  if (newest != newest_.end() && newest->second == key) newest_.erase(newest);
  if (run.next < run.steps.size()) agenda_.erase({run.Due(), key});
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Monotonic() - run.began_at);
  run.steps = {{PlankStep::Kind::kComplete, passed + run.scenario.abort}};
  run.next = 0;
  Plan(run);
}

// Plank does not look at a complete job any more, so that nobody ends its pod.
void Plank::NoteIfLeftRunning(const PlankRun& run, const ProwJobView& view) {
  if (run.build_id.empty()) return;
  journal_.Add(Journal::Kind::kViolation, Host::kKube, 0,
               "somebody else than plank has completed " + run.key.second + " as " + view.state +
                   ": its pod is left running");
}

void Plank::Forget(const Key& key) {
  const auto found = runs_.find(key);
  if (found == runs_.end()) return;
  const PlankRun& run = found->second;
  if (run.next < run.steps.size()) agenda_.erase({run.Due(), key});
  const auto newest = newest_.find(run.view.identity);
  if (newest != newest_.end() && newest->second == key) newest_.erase(newest);
  runs_.erase(found);
}

// False when there is more.
bool Plank::DoWhatIsDue() {
  for (int i = 0; i < kMaxSteps; ++i) {
    if (agenda_.empty() || agenda_.begin()->first > clock_.Monotonic()) return true;
    const Key key = agenda_.begin()->second;
    agenda_.erase(agenda_.begin());
    TakeNextStep(key);
  }
  return false;
}

void Plank::TakeNextStep(const Key& key) {
  PlankRun& run = runs_[key];
  const auto kind = run.steps[run.next].kind;
  writer_.Take(run);
  ++run.next;
  switch (kind) {
    case PlankStep::Kind::kSchedule:
    case PlankStep::Kind::kStart:
    case PlankStep::Kind::kRestart:
      return Plan(run);
    case PlankStep::Kind::kAbort:
      return PlanCompletion(key);
    case PlankStep::Kind::kFinish:
    case PlankStep::Kind::kComplete:
    case PlankStep::Kind::kDelete:
      return Forget(key);
  }
}

void Plank::Plan(const PlankRun& run) {
  if (run.next < run.steps.size()) agenda_.emplace(run.Due(), run.key);
}

SteadyClock::time_point Plank::NextDeadline() const {
  auto wait = std::chrono::duration_cast<SteadyClock::duration>(kLongWait);
  if (!agenda_.empty()) wait = std::min(wait, agenda_.begin()->first - clock_.Monotonic());
  return SteadyClock::now() + wait;
}

}  // namespace prow_coverage::sandbox
