#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/inbox/report.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::inbox {

// What Store found.
struct Stored {
  enum class Kind {
    kNew,        // stored now
    kDuplicate,  // the GUID is known; its work is under way or done
    kRevived,    // the GUID is known, its work had failed (kDead) or it had been kept without any:
                 // it is kReceived again, as new
  };
  Kind kind = Kind::kNew;
  std::int64_t id = 0;

  bool operator==(const Stored&) const = default;
};

// The longest wait between two attempts. One that is asked for is cut to it, so that a wait which
// looks longer shows that the wall clock was set back meanwhile: it is due at once.
inline constexpr std::chrono::hours kLongestWait{1};
inline constexpr std::chrono::minutes kClockCorrection{5};  // ordinary ones, back and forth

// More of one pull request would keep the writer busy, and tell of heads long gone.
inline constexpr std::size_t kSightingsPerPull = 100;

[[nodiscard]] constexpr bool IsDue(WallTime next_attempt, WallTime now) {
  return next_attempt <= now || next_attempt > now + kLongestWait + kClockCorrection;
}

// The durable store. One writer thread of its own commits in groups: many calls share one fsync.
// Every call suspends the calling coroutine until the transaction that holds its change is on disk
// (or has failed) and resumes it on its own executor. Thread-safe.
//
// Errors of every call: kUnavailable when the store is out of order (disk full, I/O error, locked,
// read-only, corrupt), with the cause; it recovers by itself when the cause goes away.
class Inbox {
 public:
  virtual ~Inbox() = default;

  // Errors also: kConflict when the GUID is known with another body; kInvalidArgument when the GUID
  // is empty or over 256 bytes.
  virtual Task<Result<Stored>> Store(NewDelivery delivery) = 0;

  // Stores a delivery that needs no work as kDone with `reason`. A GUID that is known stays as it
  // is (kDuplicate). Delivered again, it is worked on like one that had failed: what it lacked may
  // be there by then. Errors also: kInvalidArgument as of Store.
  virtual Task<Result<Stored>> Keep(NewDelivery delivery, std::string reason) = 0;

  // What has ended stays as it is. Errors also: kNotFound, kConflict when it has ended.
  virtual Task<Result<void>> Record(std::int64_t id, Progress progress) = 0;

  // Unfinished deliveries (kReceived, kDecided, kCreated) whose next attempt is due at `now`, with
  // an id above `after_id`, in the order of arrival; at most `limit`. Light rows, without bodies:
  // the dispatcher looks once a second, and most of what is due is in its hands already.
  virtual Task<Result<std::vector<Pending>>> Due(WallTime now, std::int64_t after_id,
                                                 std::size_t limit) = 0;

  // Errors also: kNotFound.
  virtual Task<Result<Delivery>> Get(std::int64_t id) = 0;

  // The newest kSightingsPerPull deliveries of each of these pull requests, each named once, in the
  // order of arrival. Read in small portions, between which deliveries that arrive are stored.
  virtual Task<Result<std::vector<Sighting>>> Sightings(std::vector<PullKey> pulls) = 0;

  // A start time for a new job of this pull request: `wanted` in whole seconds, or one second after
  // the last one given out, whichever is later. Plank aborts the earlier-started of two jobs.
  virtual Task<Result<WallTime>> ReserveStartTime(std::string org, std::string repo,
                                                  std::int64_t number, WallTime wanted) = 0;

  // Keeps what is told about a head, in place of what was told before. `report.id` is ignored.
  virtual Task<Result<void>> SaveReport(Report report) = 0;

  // Reports with an id above `after_id`, at most `limit`.
  virtual Task<Result<std::vector<Report>>> Reports(std::int64_t after_id, std::size_t limit) = 0;

  // False from the first failed commit, or an open that failed, to the next good commit (probed
  // once a second meanwhile).
  virtual bool Healthy() const = 0;
};

struct Options {
  std::filesystem::path path;  // ":memory:" keeps nothing beyond the process
  std::chrono::hours keep_done{24 * 14};
  std::chrono::hours keep_done_bodies{24};  // a body goes before its decision trace does
  std::chrono::hours keep_dead{24 * 90};
  std::size_t max_pending_writes = 4096;  // calls waiting for the writer; more: kUnavailable
  std::size_t max_pending_bytes = std::size_t{64} << 20;  // the same for what they hold
  std::chrono::milliseconds wait_for_other{5000};  // for a daemon that has it and is about to end
  std::string vfs;  // SQLite's virtual file system, "" for its own; tests inject faults with it
};

// Opens or creates the database, migrates its schema forward, starts the writer. References must
// outlive the result. Destroying it commits what was handed in and closes the file. It has one
// owner at a time, in whatever process.
// Errors: kInvalidArgument (foreign file, database from a newer version, directory; each with what
// to do), kPermissionDenied, kConflict (another daemon has it). What may pass by itself (disk full,
// locked, read-only) is no error: the inbox is out of order from the start, and recovers.
[[nodiscard]] Result<std::unique_ptr<Inbox>> Open(const Options& options, Clock& clock,
                                                  Logger& logger, metrics::Metrics& metrics);

}  // namespace prow_coverage::inbox
