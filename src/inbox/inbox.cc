#include "prow_coverage/inbox/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "writer.h"

namespace prow_coverage::inbox {
namespace {

namespace asio = boost::asio;
using Kind = Operation::Kind;

constexpr std::size_t kMaxGuidBytes = 256;

// Deliveries that arrive wait while the writer thread reads. With kSightingsPerPull rows of each
// this is some milliseconds.
constexpr std::size_t kPullsPerRead = 4;

std::size_t BytesOf(const Progress& progress) {
  std::size_t bytes = progress.detail.size();
  for (const Step& step : progress.steps) bytes += sizeof step + step.detail.size();
  return bytes;
}

Error BadGuid(std::size_t size) {
  return {ErrorCode::kInvalidArgument,
          "inbox: a delivery's GUID has 1 to " + std::to_string(kMaxGuidBytes) +
              " bytes, this one " + std::to_string(size),
          {}};
}

template <class T>
Task<Result<T>> Refuse(Error error) {
  co_return error;
}

class SqliteInbox final : public Inbox {
 public:
  SqliteInbox(std::unique_ptr<GroupCommitter> committer, const Options& options, Clock& clock)
      : clock_(clock), writer_(std::move(committer), options) {}

  Task<Result<Stored>> Store(NewDelivery delivery) override {
    const std::size_t guid_bytes = delivery.guid.size();
    if (guid_bytes == 0 || guid_bytes > kMaxGuidBytes) return Refuse<Stored>(BadGuid(guid_bytes));
    const std::size_t bytes = sizeof delivery + delivery.body.size();
    auto work = [delivery = std::move(delivery), now = clock_.Now()](Tables& tables) {
      return tables.Store(delivery, now);
    };
    return Submit<Stored>(Kind::kWrite, bytes, std::move(work));
  }

  Task<Result<Stored>> Keep(NewDelivery delivery, std::string reason) override {
    const std::size_t guid_bytes = delivery.guid.size();
    if (guid_bytes == 0 || guid_bytes > kMaxGuidBytes) return Refuse<Stored>(BadGuid(guid_bytes));
    const std::size_t bytes = sizeof delivery + delivery.body.size();
    auto work = [delivery = std::move(delivery), reason = std::move(reason),
                 now = clock_.Now()](Tables& tables) { return tables.Keep(delivery, reason, now); };
    return Submit<Stored>(Kind::kWrite, bytes, std::move(work));
  }

  Task<Result<void>> Record(std::int64_t id, Progress progress) override {
    const std::size_t bytes = sizeof progress + BytesOf(progress);
    auto work = [id, progress = std::move(progress), now = clock_.Now()](Tables& tables) {
      return tables.Record(id, progress, now);
    };
    return Submit<void>(Kind::kWrite, bytes, std::move(work));
  }

  Task<Result<std::vector<Pending>>> Due(WallTime now, std::int64_t after_id,
                                         std::size_t limit) override {
    auto work = [=](Tables& tables) { return tables.Due(now, after_id, limit); };
    return Submit<std::vector<Pending>>(Kind::kRead, sizeof work, work);
  }

  Task<Result<Delivery>> Get(std::int64_t id) override {
    auto work = [id](Tables& tables) { return tables.Get(id); };
    return Submit<Delivery>(Kind::kRead, sizeof work, work);
  }

  Task<Result<std::vector<Sighting>>> Sightings(std::vector<PullKey> pulls) override {
    std::vector<Sighting> all;
    for (std::size_t first = 0; first < pulls.size(); first += kPullsPerRead) {
      auto portion = SightingsOf(PullsFrom(pulls, first));
      auto page = co_await std::move(portion);
      if (!page) co_return page.error();
      all.insert(all.end(), std::make_move_iterator(page->begin()),
                 std::make_move_iterator(page->end()));
    }
    std::sort(all.begin(), all.end(),
              [](const Sighting& a, const Sighting& b) { return a.id < b.id; });
    co_return all;
  }

  Task<Result<WallTime>> ReserveStartTime(std::string org, std::string repo, std::int64_t number,
                                          WallTime wanted) override {
    auto work = [org = std::move(org), repo = std::move(repo), number, wanted](Tables& tables) {
      return tables.ReserveStartTime(org, repo, number, wanted);
    };
    return Submit<WallTime>(Kind::kWrite, sizeof work, std::move(work));
  }

  Task<Result<void>> SaveReport(Report report) override {
    const std::size_t bytes = sizeof report + report.description.size();
    auto work = [report = std::move(report), now = clock_.Now()](Tables& tables) {
      return tables.SaveReport(report, now);
    };
    return Submit<void>(Kind::kWrite, bytes, std::move(work));
  }

  Task<Result<std::vector<Report>>> Reports(std::int64_t after_id, std::size_t limit) override {
    auto work = [=](Tables& tables) { return tables.Reports(after_id, limit); };
    return Submit<std::vector<Report>>(Kind::kRead, sizeof work, work);
  }

  bool Healthy() const override { return writer_.healthy(); }

 private:
  static std::vector<PullKey> PullsFrom(const std::vector<PullKey>& pulls, std::size_t first) {
    const auto begin = pulls.begin() + static_cast<std::ptrdiff_t>(first);
    const auto size = std::min(kPullsPerRead, pulls.size() - first);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
  }

  Task<Result<std::vector<Sighting>>> SightingsOf(std::vector<PullKey> pulls) {
    const std::size_t bytes = pulls.size() * sizeof(PullKey);
    auto work = [pulls = std::move(pulls)](Tables& tables) { return tables.Sightings(pulls); };
    return Submit<std::vector<Sighting>>(Kind::kRead, bytes, std::move(work));
  }

  // Suspends the caller until the writer thread is done with `work`. What is handed in is carried
  // out even if the caller is cancelled meanwhile.
  template <class T, class Work>
  Task<Result<T>> Submit(Kind kind, std::size_t bytes, Work work) {
    auto initiate = [this, kind, bytes, work = std::move(work)](auto handler) mutable {
      Enqueue<T>(kind, bytes, std::move(work), Ticket<T>(std::move(handler)));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
        std::move(initiate), asio::use_awaitable);
  }

  template <class T, class Work>
  void Enqueue(Kind kind, std::size_t bytes, Work work, Ticket<T> ticket) {
    std::unique_ptr<Operation> call =
        std::make_unique<Call<T, Work>>(kind, bytes, std::move(work), std::move(ticket));
    if (writer_.Push(call)) return;
    const Error full{ErrorCode::kUnavailable, "inbox: too many calls wait for the disk", {}};
    call->Finish(&full);
  }

  Clock& clock_;
  Writer writer_;
};

}  // namespace

Result<std::unique_ptr<Inbox>> Open(const Options& options, Clock& clock, Logger& logger,
                                    metrics::Metrics& metrics) {
  auto committer = std::make_unique<GroupCommitter>(options, clock, logger, metrics);
  if (auto opened = committer->Open(); !opened) return opened.error();
  if (options.path == ":memory:") {
    logger.Warning(
        "the inbox is kept in memory: accepted deliveries that are not done are lost when this "
        "process ends; name a file with --inbox to keep them");
  }
  return std::unique_ptr<Inbox>(
      std::make_unique<SqliteInbox>(std::move(committer), options, clock));
}

}  // namespace prow_coverage::inbox
