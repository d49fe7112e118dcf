#include "retention.h"

#include <string>
#include <vector>

#include "body.h"
#include "rows.h"

namespace prow_coverage::inbox {
namespace {

constexpr std::int64_t kFreePagesKept = 2000;

using Ids = std::vector<std::int64_t>;

Result<Ids> Select(Query& query) {
  Ids ids;
  while (true) {
    auto row = query.Step();
    if (!row) return row.error();
    if (!*row) return ids;
    ids.push_back(query.Integer(0));
  }
}

Result<void> ForEach(Connection& connection, const Ids& ids, const char* sql) {
  for (const std::int64_t id : ids) {
    Query query(connection, sql);
    if (auto ran = query.Bind(id).Run(); !ran) return ran;
  }
  return {};
}

Result<void> DropBody(Connection& connection, std::int64_t id) {
  std::string sha256;
  {
    Query body(connection, "SELECT body FROM bodies WHERE delivery_id = ?");
    if (auto row = body.Bind(id).Step(); !row) return row.error();
    const auto unpacked = UnpackBody(body.Text(0));
    // A damaged one is done with as well; no redelivery will match it.
    sha256 = Sha256(unpacked ? *unpacked : "");
  }
  Query remember(connection, "UPDATE deliveries SET body_sha256 = ? WHERE id = ?");
  if (auto ran = remember.Bind(Blob{sha256}, id).Run(); !ran) return ran;
  Query drop(connection, "DELETE FROM bodies WHERE delivery_id = ?");
  return drop.Bind(id).Run();
}

Result<bool> DropBodies(Connection& connection, WallTime ended_before) {
  Query query(connection,
              "SELECT id FROM deliveries INDEXED BY deliveries_done_with_body"
              " WHERE state = 'done' AND body_sha256 IS NULL AND ended_at < ?"
              " ORDER BY ended_at LIMIT ?");
  auto ids = Select(query.Bind(ToMicros(ended_before), kSweepRows));
  if (!ids) return ids.error();
  for (const std::int64_t id : *ids) {
    if (auto dropped = DropBody(connection, id); !dropped) return dropped.error();
  }
  return ids->size() == kSweepRows;
}

Result<bool> RemoveDeliveries(Connection& connection, State state, WallTime ended_before,
                              StateCounts& changes) {
  Query query(connection,
              "SELECT id FROM deliveries WHERE state = ? AND ended_at IS NOT NULL AND ended_at < ?"
              " ORDER BY ended_at LIMIT ?");
  auto ids = Select(query.Bind(ToString(state), ToMicros(ended_before), kSweepRows));
  if (!ids) return ids.error();
  for (const char* sql :
       {"DELETE FROM bodies WHERE delivery_id = ?", "DELETE FROM steps WHERE delivery_id = ?",
        "DELETE FROM deliveries WHERE id = ?"}) {
    if (auto ran = ForEach(connection, *ids, sql); !ran) return ran.error();
  }
  changes[static_cast<std::size_t>(state)] -= static_cast<std::int64_t>(ids->size());
  return ids->size() == kSweepRows;
}

// A start time long past bounds nothing: the next one is later anyhow.
Result<void> RemovePulls(Connection& connection, WallTime started_before) {
  Query query(connection,
              "DELETE FROM pulls WHERE (org, repo, number) IN (SELECT org, repo, number FROM pulls"
              " WHERE last_start_time < ? LIMIT ?)");
  return query.Bind(ToMicros(started_before) / 1000000, kSweepRows).Run();
}

Result<void> RemoveReports(Connection& connection, WallTime updated_before) {
  Query query(connection,
              "DELETE FROM reports WHERE id IN"
              " (SELECT id FROM reports WHERE updated_at < ? LIMIT ?)");
  return query.Bind(ToMicros(updated_before), kSweepRows).Run();
}

}  // namespace

Result<bool> Sweep(Connection& connection, const Options& options, WallTime now,
                   StateCounts& changes) {
  auto bodies = DropBodies(connection, now - options.keep_done_bodies);
  if (!bodies) return bodies;
  auto done = RemoveDeliveries(connection, State::kDone, now - options.keep_done, changes);
  if (!done) return done;
  auto dead = RemoveDeliveries(connection, State::kDead, now - options.keep_dead, changes);
  if (!dead) return dead;
  if (auto pulls = RemovePulls(connection, now - options.keep_done); !pulls) return pulls.error();
  if (auto reports = RemoveReports(connection, now - options.keep_done); !reports) {
    return reports.error();
  }
  return *bodies || *done || *dead;
}

Result<void> Shrink(Connection& connection) {
  auto free = connection.Integer("PRAGMA freelist_count");
  if (!free) return free.error();
  if (*free <= kFreePagesKept) return {};
  return connection.Execute("PRAGMA incremental_vacuum(1000)");
}

}  // namespace prow_coverage::inbox
