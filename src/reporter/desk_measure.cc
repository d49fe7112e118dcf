// The numbers of a job that has ended by itself.

#include <algorithm>
#include <utility>

#include "prow_coverage/base/back_off.h"

#include "desk.h"
#include "summary_file.h"

namespace prow_coverage::reporter {
namespace {

// A store that is out of order gets a minute or two before the status says so, and a day before
// nobody asks it any more.
constexpr int kQuietFetches = 6;
constexpr auto kMaxFetchTime = std::chrono::hours(24);
constexpr BackOff kFetchBackOff{std::chrono::seconds(2), std::chrono::minutes(10)};

}  // namespace

// The configuration's; without one the job's own, since then nobody else has named any.
std::optional<results::Threshold> Desk::ThresholdFor(
    const Job& job, const Result<results::Summary>& summary) const {
  const auto settings = deps_.settings();
  if (settings->jobs.built_in()) return summary ? results::OwnThreshold(*summary) : std::nullopt;
  const auto* config = settings->jobs.For(job.head.org, job.head.repo);
  if (config == nullptr || !config->coverage_threshold) return std::nullopt;
  return results::Threshold{*config->coverage_threshold, config->threshold_text};
}

Task<Stepped> Desk::Measure(Entry& entry, JobPointer job, Policy policy) {
  auto summary = co_await FetchSummary(deps_.artifacts, job);
  if (entry.job != job) co_return Again();
  if (!summary && IsOfTheStore(summary.error())) {
    co_return co_await MeasureLater(entry, job, policy, summary.error());
  }
  entry.failed_fetches = 0;
  if (!summary) {
    deps_.logger.Warning("a job has ended without coverage numbers",
                         {{"org", job->head.org},
                          {"repo", job->head.repo},
                          {"pr", job->head.number},
                          {"sha", job->head.sha},
                          {"job", job->name},
                          {"error", summary.error().message}});
    summary = Error{summary.error().code, WhyNoSummary(summary.error()), {}};
  }
  const auto threshold = ThresholdFor(*job, summary);
  Answer answer = Measured(*job, policy, summary, threshold);
  co_return co_await Write(entry, job, std::move(answer));
}

Task<Stepped> Desk::MeasureLater(Entry& entry, JobPointer job, Policy policy, Error error) {
  const auto now = deps_.clock.Monotonic();
  if (entry.failed_fetches == 0) entry.first_failed_fetch = now;
  const auto wait = std::max(FullJitter(kFetchBackOff, entry.failed_fetches, Random01()),
                             std::chrono::milliseconds(250));
  ++entry.failed_fetches;
  const bool again = now - entry.first_failed_fetch < kMaxFetchTime;
  deps_.logger.Warning(again ? "the artifact store is out of order; it is asked again"
                             : "the artifact store is out of order; it is not asked any more",
                       {{"org", job->head.org},
                        {"repo", job->head.repo},
                        {"pr", job->head.number},
                        {"sha", job->head.sha},
                        {"job", job->name},
                        {"error", error.message},
                        {"failures", entry.failed_fetches},
                        {"retry_in_ms", wait.count()}});
  Stepped later;
  later.again_at = deps_.clock.Now() + wait;
  if (again && entry.failed_fetches <= kQuietFetches) co_return later;
  Answer answer = Unfetched(*job, policy, WhyNoSummary(error), again);
  const bool told = entry.told.IsAbout(*job) && entry.told.phase == answer.phase;
  if (told && entry.told.status == answer.status) co_return later;
  auto written = co_await Write(entry, job, std::move(answer));
  const bool done = written.again && again && entry.job == job;
  co_return done ? std::move(later) : std::move(written);
}

}  // namespace prow_coverage::reporter
