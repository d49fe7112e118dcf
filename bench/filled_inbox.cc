#include "filled_inbox.h"

#include <memory>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include "prow_coverage/inbox/inbox.h"

#include "support/recording_logger.h"

namespace prow_coverage::bench {
namespace {

constexpr const char* kNumbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) ";

constexpr const char* kEnded =
    "INSERT INTO deliveries (guid, event_type, action, org, repo, number, head_sha, origin,"
    " received_at, state, next_attempt_at, reason, detail, ended_at)"
    " SELECT printf('72d3162e-cc78-11e3-81ab-%012d', i * 7919 % 1000003), 'pull_request',"
    " 'opened', 'kubevirt', 'repository-' || (i % 10), i % 100, hex(randomblob(20)), 'webhook',"
    " 1787000000000000 + i * 1000000, iif(i % 10000 = 0, 'dead', 'done'), 1787000000000000,"
    " 'no_go_changes', 'No Go file changed.', 1787000000000000 + i * 1000000 FROM n";

constexpr const char* kUnfinished =
    "INSERT INTO deliveries (guid, event_type, action, org, repo, number, head_sha, origin,"
    " received_at, next_attempt_at)"
    " SELECT printf('72d3162e-cc78-11e3-81ab-%012d', i), 'pull_request', 'opened', 'kubevirt',"
    " 'project-infra', ?2 + i - 1, printf('%040x', ?2 + i - 1), 'webhook',"
    " unixepoch() * 1000000, unixepoch() * 1000000 FROM n";

constexpr const char* kBodies =
    "INSERT INTO bodies (delivery_id, body) SELECT id,"
    " CAST(replace(replace(?1, ?2, printf('%07d', number)), ?3, head_sha) AS BLOB)"
    " FROM deliveries";

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// The empty inbox, opened for a transaction that nobody needs to survive a crash.
class RawInbox {
 public:
  explicit RawInbox(const std::filesystem::path& path) {
    Create(path);
    sqlite3* database = nullptr;
    const int opened = sqlite3_open(path.c_str(), &database);
    database_.reset(database);
    Check(opened);
    Check(sqlite3_exec(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr,
                       nullptr, nullptr));
  }

  template <class Bind>
  void Run(const std::string& sql, Bind bind) {
    sqlite3_stmt* prepared = nullptr;
    Check(sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr));
    const std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
    bind(prepared);
    if (sqlite3_step(prepared) != SQLITE_DONE) Check(SQLITE_ERROR);
  }

 private:
  static void Create(const std::filesystem::path& path) {
    inbox::Options options;
    options.path = path;
    const auto clock = MakeSystemClock();
    testing::RecordingLogger logger;
    const auto metrics = metrics::MakePrometheusMetrics();
    static_cast<void>(inbox::Open(options, *clock, logger, *metrics).value());
  }

  void Check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_.get()));
  }

  std::unique_ptr<sqlite3, Close> database_;
};

void BindText(sqlite3_stmt* statement, int place, std::string_view text) {
  sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

}  // namespace

void FillWithEnded(const std::filesystem::path& path, int rows) {
  RawInbox inbox(path);
  inbox.Run(std::string(kNumbers) + kEnded,
            [&](sqlite3_stmt* insert) { sqlite3_bind_int(insert, 1, rows); });
}

void FillWithUnfinished(const std::filesystem::path& path, int first, int rows,
                        const BodyTemplate& body) {
  RawInbox inbox(path);
  inbox.Run(std::string(kNumbers) + kUnfinished, [&](sqlite3_stmt* insert) {
    sqlite3_bind_int(insert, 1, rows);
    sqlite3_bind_int(insert, 2, first);
  });
  if (body.body.empty()) return;
  inbox.Run(kBodies, [&](sqlite3_stmt* insert) {
    BindText(insert, 1, body.body);
    BindText(insert, 2, body.number_mark);
    BindText(insert, 3, body.head_mark);
  });
}

}  // namespace prow_coverage::bench
