#include "group_committer.h"

#include <chrono>
#include <thread>
#include <utility>

#include "database.h"
#include "retention.h"

namespace prow_coverage::inbox {
namespace {

constexpr auto kSweepInterval = std::chrono::minutes(1);
constexpr auto kNextSweep = std::chrono::seconds(1);  // after one that left something over
constexpr auto kPublication = std::chrono::seconds(5);

// 2 MiB of write-ahead log. A delivery that arrives during a checkpoint waits for it, so they are
// small; much smaller ones cost more in syncs than they save.
constexpr int kCheckpointPages = 256;

int NoteWalPages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

GroupCommitter::GroupCommitter(const Options& options, Clock& clock, Logger& logger,
                               metrics::Metrics& metrics)
    : options_(options),
      clock_(clock),
      logger_(logger),
      metrics_(metrics),
      health_(clock, logger, metrics),
      damage_(clock),
      next_sweep_(clock.Monotonic() + kSweepInterval),
      next_publication_(clock.Monotonic()) {}

Result<void> GroupCommitter::Open() {
  auto opened = OpenFirst();
  if (opened) {
    KeepHouse();
    return {};
  }
  if (options_.path == ":memory:" || opened.error().code != ErrorCode::kUnavailable) return opened;
  // What passes by itself must not end the process: deliveries are refused until it has passed.
  health_.Failed(opened.error());
  if (std::error_code ignored; std::filesystem::exists(options_.path, ignored)) {
    access_ = Access::kOwn;
  }
  return {};
}

Result<void> GroupCommitter::OpenFirst() {
  auto connection = OpenWhenFree();
  if (!connection) return connection.error();
  auto used = Use(*std::move(connection));
  if (used) return used;
  const Error fault = AsContentFault(used.error(), *connection_);
  LetGo();
  return fault;
}

// When one daemon takes the place of another, the two may overlap for a moment.
Result<std::unique_ptr<Connection>> GroupCommitter::OpenWhenFree() {
  const auto give_up = std::chrono::steady_clock::now() + options_.wait_for_other;
  while (true) {
    auto connection = OpenDatabase(options_.path, access_, options_.vfs);
    const bool taken = !connection && connection.error().code == ErrorCode::kConflict;
    if (!taken || std::chrono::steady_clock::now() >= give_up) return connection;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void GroupCommitter::Run(Group group) {
  Group reads;
  Group writes;
  for (auto& operation : group) {
    (operation->kind() == Operation::Kind::kWrite ? writes : reads).push_back(std::move(operation));
  }
  if (!writes.empty()) {
    auto committed = Commit(writes);
    Report(committed);
    const Error failure = committed ? Error{} : committed.error();
    for (auto& write : writes) write->Finish(committed ? nullptr : &failure);
  }
  for (auto& read : reads) Read(*read);
  KeepHouse();
}

void GroupCommitter::Tick() {
  Report(healthy() ? Ready() : Probe());
  KeepHouse();
}

void GroupCommitter::Report(const Result<void>& write) {
  if (write) return health_.Worked();
  health_.Failed(write.error());
}

Result<void> GroupCommitter::Commit(const Group& writes) {
  if (auto ready = Ready(); !ready) return ready;
  return InTransaction([&] { return Apply(writes); });
}

Result<void> GroupCommitter::Apply(const Group& writes) {
  for (const auto& write : writes) {
    if (auto ran = RunInSavepoint(*write); !ran) return ran;
  }
  return {};
}

// Fails only when the whole group has to.
Result<void> GroupCommitter::RunInSavepoint(Operation& operation) {
  if (auto begun = Query(*connection_, "SAVEPOINT call").Run(); !begun) return begun;
  const StateCounts before = tables_->changes();
  const auto error = operation.Run(*tables_);
  if (error && error->code == ErrorCode::kUnavailable) return *error;
  if (error) {
    tables_->changes() = before;
    if (auto undone = Query(*connection_, "ROLLBACK TO call").Run(); !undone) return undone;
  }
  return Query(*connection_, "RELEASE call").Run();
}

void GroupCommitter::Read(Operation& operation) {
  auto ready = Ready();
  const auto error = ready ? operation.Run(*tables_) : ready.error();
  const bool out_of_order = error && error->code == ErrorCode::kUnavailable;
  if (out_of_order) health_.Failed(*error);
  operation.Finish(out_of_order ? &*error : nullptr);
}

template <class Body>
Result<void> GroupCommitter::InTransaction(Body body) {
  Result<void> done = Query(*connection_, "BEGIN IMMEDIATE").Run();
  if (done) done = body();
  if (done) done = Query(*connection_, "COMMIT").Run();
  if (!done && sqlite3_get_autocommit(connection_->handle()) == 0) {
    static_cast<void>(connection_->Execute("ROLLBACK"));
  }
  const StateCounts changes = std::exchange(tables_->changes(), {});
  for (std::size_t i = 0; done && i < counts_.size(); ++i) counts_[i] += changes[i];
  return done;
}

// As large as an ordinary delivery, so that a disk with room for a page is not taken for a good
// one.
Result<void> GroupCommitter::Probe() {
  if (auto ready = Ready(); !ready) return ready;
  return InTransaction([&]() -> Result<void> {
    Query write(*connection_,
                "INSERT OR REPLACE INTO probe (id, at, filler) VALUES (1, ?, zeroblob(65536))");
    return write.Bind(ToMicros(clock_.Now())).Run();
  });
}

Result<void> GroupCommitter::Ready() {
  if (options_.path == ":memory:") return {};
  if (connection_ && !HasMoved()) {
    const auto missing = log_files_.Missing();
    if (!missing && !connection_->broken()) return {};
    // To let go of the open files would lose what has been acknowledged.
    if (missing) {
      if (auto rescued = Rescue(*missing); !rescued) return rescued;
    }
  }
  if (connection_ && connection_->damage()) damage_.Suspect(*connection_->damage());
  LetGo();
  if (auto may = damage_.MayLook(); !may) return may;
  auto connection = OpenDatabase(options_.path, access_, options_.vfs);
  Result<void> used = connection ? damage_.Look(**connection) : connection.error();
  if (used) used = Use(*std::move(connection));
  if (used) return used;
  LetGo();
  return Error{ErrorCode::kUnavailable, used.error().message, {}};
}

void GroupCommitter::LetGo() {
  tables_.reset();
  connection_.reset();
}

Result<void> GroupCommitter::Use(std::unique_ptr<Connection> connection) {
  connection_ = std::move(connection);
  tables_ = std::make_unique<Tables>(*connection_);
  wal_pages_ = 0;
  sqlite3_wal_hook(connection_->handle(), NoteWalPages, &wal_pages_);
  // What a failed fsync left in the page cache would read as committed and yet not be on disk, so
  // everything readable is written once more, and synced, before anything is promised.
  if (auto moved = connection_->Execute("PRAGMA wal_checkpoint(TRUNCATE)"); !moved) return moved;
  log_files_ = LogFiles(sqlite3_db_filename(connection_->handle(), "main"));
  if (auto counted = Recount(); !counted) return counted;
  // A file that has gone may be on a volume that comes back: no empty one is made from here on.
  access_ = Access::kOwn;
  return {};
}

bool GroupCommitter::HasMoved() const {
  int moved = 0;
  sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Result<void> GroupCommitter::Rescue(const std::filesystem::path& missing) {
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_FULL,
                                             nullptr, nullptr);
  if (code != SQLITE_OK)
    return WithContext(connection_->Fault(code), missing.string() + " is gone");
  logger_.Error(
      "a file of the inbox was removed or replaced while it is open; everything acknowledged has "
      "been written to the database file",
      {{"file", missing.string()}});
  return {};
}

Result<void> GroupCommitter::Recount() {
  auto version = connection_->Integer("PRAGMA data_version");
  if (!version) return version.error();
  if (*version == data_version_) return {};
  auto counts = tables_->Count();
  if (!counts) return counts.error();
  counts_ = *counts;
  data_version_ = *version;
  return {};
}

// After those who wait have been told. A failure costs nothing but room: the log keeps what it has.
void GroupCommitter::Checkpoint() {
  if (wal_pages_ < kCheckpointPages) return;
  wal_pages_ = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) static_cast<void>(connection_->Fault(code));
}

void GroupCommitter::KeepHouse() {
  if (!healthy() || !connection_) return;
  Checkpoint();
  const MonotonicTime now = clock_.Monotonic();
  if (now >= next_sweep_) SweepOnce(now);
  if (now < next_publication_) return;
  next_publication_ = now + kPublication;
  if (auto counted = Recount(); !counted) health_.Failed(counted.error());
  PublishCounts();
}

void GroupCommitter::SweepOnce(MonotonicTime now) {
  bool more = false;
  auto swept = InTransaction([&]() -> Result<void> {
    auto left = Sweep(*connection_, options_, clock_.Now(), tables_->changes());
    if (!left) return left.error();
    more = *left;
    return {};
  });
  if (swept) swept = Shrink(*connection_);
  if (!swept) health_.Failed(swept.error());
  next_sweep_ = now + (more ? std::chrono::duration_cast<MonotonicTime::duration>(kNextSweep)
                            : kSweepInterval);
}

void GroupCommitter::PublishCounts() {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    metrics_.Set(metrics::Metric::kInboxDeliveries, {ToString(static_cast<State>(i))},
                 static_cast<double>(counts_[i]));
  }
}

}  // namespace prow_coverage::inbox
