#pragma once

#include <memory>
#include <vector>

#include "prow_coverage/inbox/inbox.h"

#include "damage.h"
#include "health.h"
#include "log_files.h"
#include "operation.h"

namespace prow_coverage::inbox {

using Group = std::vector<std::unique_ptr<Operation>>;

// The open database: commits groups of calls, keeps house between them, gets over faults. One
// thread at a time, but for healthy().
class GroupCommitter {
 public:
  // References must outlive it.
  GroupCommitter(const Options& options, Clock& clock, Logger& logger, metrics::Metrics& metrics);

  // Errors: as inbox::Open, but for what may pass by itself; that is an outage from the start.
  [[nodiscard]] Result<void> Open();

  // All writes of the group in one transaction, each in a savepoint, so that one that fails takes
  // nobody with it; then the reads. Finishes every operation.
  void Run(Group group);

  // To be called once a second: looks after the files, and writes a probe while the database is out
  // of order.
  void Tick();

  bool healthy() const { return health_.healthy(); }

 private:
  Result<void> OpenFirst();
  Result<std::unique_ptr<Connection>> OpenWhenFree();
  Result<void> Commit(const Group& writes);
  Result<void> Apply(const Group& writes);
  Result<void> RunInSavepoint(Operation& operation);
  void Read(Operation& operation);
  // Runs `body` between BEGIN IMMEDIATE and COMMIT; nothing of it stays when anything fails.
  template <class Body>
  Result<void> InTransaction(Body body);
  Result<void> Probe();
  void Report(const Result<void>& write);

  // A connection that can be trusted, reopened if need be.
  Result<void> Ready();
  // When that fails, the connection is not to be used.
  Result<void> Use(std::unique_ptr<Connection> connection);
  void LetGo();
  bool HasMoved() const;
  // Brings what only the open log knows into the database file.
  Result<void> Rescue(const std::filesystem::path& missing);
  Result<void> Recount();
  void Checkpoint();

  void KeepHouse();
  void SweepOnce(MonotonicTime now);
  void PublishCounts();

  const Options options_;
  Clock& clock_;
  Logger& logger_;
  metrics::Metrics& metrics_;
  Health health_;
  Access access_ = Access::kCreate;
  std::unique_ptr<Connection> connection_;  // nullptr: to be opened anew
  LogFiles log_files_;
  Damage damage_;
  std::unique_ptr<Tables> tables_;
  StateCounts counts_{};
  std::int64_t data_version_ = 0;  // changes when another process commits
  int wal_pages_ = 0;
  MonotonicTime next_sweep_{};
  MonotonicTime next_publication_{};
};

}  // namespace prow_coverage::inbox
