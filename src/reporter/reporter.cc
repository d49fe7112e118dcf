#include "prow_coverage/reporter/reporter.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <set>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/vital.h"
#include "prow_coverage/handler/failure.h"
#include "prow_coverage/kube/informer.h"
#include "prow_coverage/prow/prow_job.h"

#include "agenda.h"
#include "alarms.h"
#include "desk.h"
#include "heads.h"
#include "orphanage.h"
#include "save.h"

namespace prow_coverage::reporter {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t kReportPage = 1000;
// How exactly a time is met at which a head is looked at again.
constexpr milliseconds kTick{500};
// So late a status of another replica's may still come after it has lost the Lease.
constexpr std::chrono::seconds kLastWord{15};

// 0 for a job that has not ended.
WallTime::duration EndedSince(const Entry& entry, WallTime now) {
  const bool ended = entry.job && HasEnded(entry.job->state) && entry.job->ended_at;
  return ended ? std::max(now - *entry.job->ended_at, WallTime::duration(1))
               : WallTime::duration(0);
}

class WatchingReporter final : public Reporter {
 public:
  WatchingReporter(ReporterDeps deps, ReporterOptions options)
      : deps_(std::move(deps)),
        options_(options),
        desk_(deps_, options_, heads_),
        orphanage_(deps_, options_, heads_) {}

  Task<void> Run() override {
    executor_ = co_await asio::this_coro::executor;
    co_await Restore();
    asio::co_spawn(executor_, WakeInTime(), Vital("the reporter's alarms", deps_.logger));
    informer_ = kube::MakeInformer(deps_.kube, handler::ProwJobs(*deps_.settings()),
                                   {.label_selector = prow::kOurJobs, .field_selector = ""},
                                   Callbacks(), deps_.clock, deps_.logger);
    co_await informer_->Run();
  }

  void Lead(bool leading, bool alone) override {
    leading_ = leading;
    deps_.metrics.Set(metrics::Metric::kReporting, {}, leading ? 1 : 0);
    if (leading && !alone) heads_.Doubt(deps_.clock.Monotonic() + kLastWord);
    WakeAll(heads_.Keys());
  }

  void Saw(const std::string& object) override {
    const auto job = ParseJob(object, deps_.settings()->github_host_url);
    if (!job) return;
    // What the watch has told of it since is newer.
    if (!heads_.Knows(job->name)) {
      OnJob(object);
      unlisted_.insert(job->name);
    }
    heads_.Owe(*job);
    Wake(KeyOf(job->head));
  }

  std::size_t busy() const override { return busy_; }

 private:
  kube::InformerCallbacks Callbacks() {
    return {[this](const std::string& object) { unlisted_.erase(OnJob(object)); },
            [this](const kube::ObjectId& id, const std::string& last) { OnDeleted(id, last); },
            [this] { OnSynced(); }};
  }

  Task<void> Restore() {
    std::int64_t after_id = 0;
    while (true) {
      const auto page = co_await deps_.inbox.Reports(after_id, kReportPage);
      if (!page) {  // The inbox itself says when it is out of order.
        co_await deps_.clock.SleepFor(std::chrono::seconds(1));
        continue;
      }
      for (const auto& report : *page) {
        heads_.Restore(report, deps_.clock.Now());
        after_id = report.id;
      }
      if (page->size() < kReportPage) co_return;
    }
  }

  // Answers its name; "" when it is none of ours.
  std::string OnJob(const std::string& object) {
    auto job = ParseJob(object, deps_.settings()->github_host_url);
    if (!job) {
      deps_.metrics.Add(metrics::Metric::kStrangeJobs, {"broken"});
      deps_.logger.Warning("a ProwJob with our label cannot be reported",
                           {{"error", job.error().message}});
      return "";
    }
    std::string name = job->name;
    const auto change = heads_.Upsert(std::move(*job));
    if (change.met != Heads::Met::kChanged) return name;
    // A head that appears while nobody else reports has been told nothing yet.
    if (change.new_head && synced_ && leading_) heads_.Find(change.key)->verified = true;
    Wake(change.key);
    return name;
  }

  void OnDeleted(const kube::ObjectId& id, const std::string& last) {
    if (!last.empty()) OnJob(last);
    unlisted_.erase(id.name);
    const auto key = heads_.Delete(id.name);
    if (key) Wake(*key);
  }

  // The informer tells the end of what it has listed. A job that was made here and has never been
  // listed may have gone before, or be newer than the list.
  Task<void> LookFor(std::string name) {
    const auto jobs = handler::ProwJobs(*deps_.settings());
    const auto object = co_await deps_.kube.Get(jobs, name);
    const bool gone = !object && object.error().code == ErrorCode::kNotFound;
    if (gone && unlisted_.contains(name)) OnDeleted({"", name, ""}, "");
  }

  void OnSynced() {
    synced_ = true;
    const auto keys = heads_.Settle();
    deps_.logger.Info("the list of coverage jobs is complete",
                      {{"jobs", heads_.jobs()}, {"to_look_at", keys.size()}});
    const auto unlisted = unlisted_;
    for (const auto& name : unlisted) {
      asio::co_spawn(executor_, LookFor(name), Vital("a look for a job", deps_.logger));
    }
    WakeAll(keys);
  }

  void WakeAll(const std::vector<std::string>& keys) {
    if (!synced_) return;
    std::vector<Errand> errands;
    for (const auto& key : keys) {
      errands.push_back({key, EndedSince(*heads_.Find(key), deps_.clock.Now())});
    }
    for (const auto& errand : Agenda(std::move(errands))) {
      if (errand.wait.count() == 0) Wake(errand.key);
      if (errand.wait.count() > 0) {
        alarms_.Set(errand.key, deps_.clock.Monotonic() + errand.wait);
      }
    }
  }

  // Before the first list is complete nobody knows which job of a head is its newest. A follower
  // has only orphans to look at, and debts to note down.
  void Wake(const std::string& key) {
    if (!synced_) return;
    Entry* entry = heads_.Find(key);
    if (entry == nullptr || entry->queued) return;
    if (!leading_ && !entry->owed && !IsOrphan(*entry)) return;
    if (entry->busy) {
      entry->dirty = true;
      return;
    }
    entry->queued = true;
    ++busy_;
    ready_.push_back(key);
    Pump();
  }

  void Pump() {
    if (pumping_) return;  // Work that ends at once comes by here from inside the loop.
    pumping_ = true;
    while (active_ < options_.max_concurrent && !ready_.empty()) {
      std::string key = std::move(ready_.front());
      ready_.pop_front();
      Entry* entry = heads_.Find(key);
      if (entry == nullptr) {
        --busy_;
        continue;
      }
      entry->queued = false;
      entry->busy = true;
      ++active_;
      asio::co_spawn(executor_, WorkOn(std::move(key)), Vital("a report", deps_.logger));
    }
    pumping_ = false;
  }

  Task<void> WorkOn(std::string key) {
    Stepped stepped;
    Entry* const entry = heads_.Find(key);
    do {
      entry->dirty = false;
      auto step = leading_ ? desk_.Step(key) : orphanage_.Step(key);
      stepped = co_await std::move(step);
      if (entry->owed) co_await Save(deps_, *entry);
      std::string error = stepped.error ? stepped.error->message : "";
      co_await Remember(*entry, std::move(error));
    } while (stepped.again || entry->dirty);
    if (stepped.error) {
      Retry(key, *entry, *stepped.error);
    } else {
      entry->failures = 0;
    }
    SetAlarm(key, *entry, stepped);
    entry->busy = false;
    heads_.Forget(key);
    --active_;
    --busy_;
    Pump();
  }

  // So that `deliveries show` can tell why a head has no status.
  Task<void> Remember(Entry& entry, std::string error) {
    if (entry.error == error) co_return;
    entry.error = std::move(error);
    co_await Save(deps_, entry);
  }

  void SetAlarm(const std::string& key, const Entry& entry, const Stepped& stepped) {
    auto at = entry.look_again_at;
    if (stepped.again_at) {
      const auto wait =
          std::max<WallTime::duration>(*stepped.again_at - deps_.clock.Now(), milliseconds(0));
      at = std::min(at.value_or(MonotonicTime::max()), deps_.clock.Monotonic() + wait);
    }
    if (at && !stepped.error) alarms_.Set(key, *at);
  }

  void Retry(const std::string& key, Entry& entry, const Error& error) {
    if (entry.failures == 0) entry.failing_since = deps_.clock.Monotonic();
    const auto wait = handler::RetryDelay(error, entry.failures, Random01());
    const bool alert = handler::Classify(error, handler::Remote::kGitHub).alert;
    deps_.logger.Log(alert ? LogLevel::kError : LogLevel::kWarning,
                     leading_ ? "a head could not be reported; it is tried again"
                              : "GitHub could not be asked about a head; it is tried again",
                     {{"org", entry.head.org},
                      {"repo", entry.head.repo},
                      {"pr", entry.head.number},
                      {"sha", entry.head.sha},
                      {"error", error.message},
                      {"failures", ++entry.failures},
                      {"retry_in_ms", wait.count()}});
    alarms_.Set(key, deps_.clock.Monotonic() + wait);
  }

  Task<void> WakeInTime() {
    while (true) {
      co_await deps_.clock.SleepFor(kTick);
      for (const auto& key : alarms_.Due(deps_.clock.Monotonic())) Wake(key);
      deps_.metrics.Set(metrics::Metric::kWatchedJobs, {}, static_cast<double>(heads_.jobs()));
    }
  }

  const ReporterDeps deps_;
  const ReporterOptions options_;
  Heads heads_;
  Alarms alarms_;
  Desk desk_;
  Orphanage orphanage_;
  std::unique_ptr<kube::Informer> informer_;
  asio::any_io_executor executor_;
  std::deque<std::string> ready_;
  std::set<std::string>
      unlisted_;  // jobs that were made here, as long as no list or watch has them
  std::size_t active_ = 0;
  std::atomic<std::size_t> busy_ = 0;  // sequential, as Reporting::Idle needs it
  bool pumping_ = false;
  bool leading_ = false;
  bool synced_ = false;
};

}  // namespace

std::unique_ptr<Reporter> MakeReporter(ReporterDeps deps, ReporterOptions options) {
  return std::make_unique<WatchingReporter>(std::move(deps), options);
}

}  // namespace prow_coverage::reporter
