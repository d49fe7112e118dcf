#include "schema.h"

#include <iterator>
#include <string>

namespace prow_coverage::inbox {
namespace {

// Migration i leads from version i to version i + 1. A released one is never edited.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guid TEXT NOT NULL UNIQUE,
  event_type TEXT NOT NULL,
  action TEXT NOT NULL,
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  origin TEXT NOT NULL,
  body_sha256 BLOB,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'received',
  next_attempt_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  job_name TEXT NOT NULL DEFAULT '',
  ended_at INTEGER
);
CREATE INDEX deliveries_in_work ON deliveries (id, next_attempt_at, org, repo, number, ended_at)
  WHERE ended_at IS NULL;
CREATE INDEX deliveries_ended ON deliveries (state, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_done_with_body ON deliveries (ended_at)
  WHERE state = 'done' AND body_sha256 IS NULL;
CREATE INDEX deliveries_newest ON deliveries (received_at, state, org, repo, number);
CREATE TABLE bodies (
  delivery_id INTEGER PRIMARY KEY,
  body BLOB NOT NULL
);
CREATE TABLE steps (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX steps_of_delivery ON steps (delivery_id);
CREATE TABLE pulls (
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  last_start_time INTEGER NOT NULL,
  PRIMARY KEY (org, repo, number)
) WITHOUT ROWID;
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL,
  filler BLOB NOT NULL
);
)sql",
    R"sql(
CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  job_name TEXT NOT NULL,
  job_start INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rerun_of TEXT NOT NULL,
  state TEXT NOT NULL,
  description TEXT NOT NULL,
  target_url TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (org, repo, number, head_sha)
);
CREATE INDEX reports_updated ON reports (updated_at);
)sql",
    // Bodies are packed from here on (body.h); those that are there stay as they are.
    R"sql(
CREATE INDEX deliveries_of_pull ON deliveries (org, repo, number);
ALTER TABLE reports ADD COLUMN error TEXT NOT NULL DEFAULT '';
)sql",
};
static_assert(std::size(kMigrations) == kSchemaVersion);

Result<void> ApplyNext(Connection& connection, std::int64_t version) {
  auto applied = connection.Execute(kMigrations[version]);
  if (!applied) return applied;
  const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(version + 1);
  return connection.Execute(stamp.c_str());
}

// True when there may be more to do.
Result<bool> MigrateOnce(Connection& connection, std::int64_t target) {
  auto begun = connection.Execute("BEGIN IMMEDIATE");
  if (!begun) return begun.error();
  auto version = connection.Integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version < target) {
    auto applied = ApplyNext(connection, *version);
    if (!applied) return applied.error();
  }
  auto committed = connection.Execute("COMMIT");
  if (!committed) return committed.error();
  return *version < target;
}

}  // namespace

Result<void> CheckIdentity(Connection& connection) {
  auto application = connection.Integer("PRAGMA application_id");
  if (!application) return application.error();
  auto version = connection.Integer("PRAGMA user_version");
  if (!version) return version.error();
  auto tables = connection.Integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool blank = *application == 0 && *version == 0 && *tables == 0;
  if (!blank && *application != kApplicationId) {
    return Error{ErrorCode::kInvalidArgument, kForeignDatabase, {}};
  }
  if (*version > kSchemaVersion) {
    return Error{ErrorCode::kInvalidArgument,
                 "it was written by a newer prow-coverage (schema " + std::to_string(*version) +
                     ", this one knows " + std::to_string(kSchemaVersion) +
                     "); upgrade this one, or name another file",
                 {}};
  }
  return {};
}

Result<void> CheckCurrent(Connection& connection) {
  auto version = connection.Integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == kSchemaVersion) return {};
  if (*version == 0) {
    return Error{
        ErrorCode::kNotFound, "it holds no inbox yet; the daemon makes it when it starts", {}};
  }
  return Error{ErrorCode::kInvalidArgument,
               "it was written by an older prow-coverage (schema " + std::to_string(*version) +
                   ", this one knows " + std::to_string(kSchemaVersion) +
                   "); use that one, or start the daemon of this version, which brings it forward",
               {}};
}

Result<void> Migrate(Connection& connection, std::int64_t target) {
  while (true) {
    auto more = MigrateOnce(connection, target);
    if (!more) {
      if (sqlite3_get_autocommit(connection.handle()) == 0) {
        static_cast<void>(connection.Execute("ROLLBACK"));
      }
      return more.error();
    }
    if (!*more) return {};
  }
}

}  // namespace prow_coverage::inbox
