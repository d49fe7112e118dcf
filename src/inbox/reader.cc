#include "prow_coverage/inbox/reader.h"

#include <utility>

#include "database.h"
#include "report_rows.h"
#include "rows.h"

namespace prow_coverage::inbox {
namespace {

// One index, deliveries_newest, holds every column that a filter names, so a row is only looked up
// when it matches.
std::string ListSql(const Filter& filter) {
  std::string sql = std::string("SELECT ") + kDeliveryColumns +
                    " FROM deliveries d INDEXED BY deliveries_newest WHERE d.received_at >= ?1";
  if (filter.state) sql += " AND d.state = ?2";
  if (!filter.org.empty()) sql += " AND d.org = ?3 COLLATE NOCASE";
  if (!filter.repo.empty()) sql += " AND d.repo = ?4 COLLATE NOCASE";
  if (filter.number != 0) sql += " AND d.number = ?5";
  return sql + " ORDER BY d.received_at DESC, d.id DESC LIMIT ?6";
}

class SqliteReader final : public Reader {
 public:
  SqliteReader(std::unique_ptr<Connection> connection, std::filesystem::path path)
      : connection_(std::move(connection)), path_(std::move(path)) {}

  Result<std::vector<Delivery>> List(const Filter& filter) override {
    Query query(*connection_, ListSql(filter));
    query.Bind(filter.since ? ToMicros(*filter.since) : INT64_MIN,
               filter.state ? ToString(*filter.state) : "", filter.org, filter.repo, filter.number,
               filter.limit);
    std::vector<Delivery> deliveries;
    while (true) {
      auto row = query.Step();
      if (!row) return row.error();
      if (!*row) return deliveries;
      auto delivery = ReadDelivery(query);
      if (!delivery) return delivery.error();
      deliveries.push_back(*std::move(delivery));
    }
  }

  Result<Delivery> Find(const std::string& guid) override {
    Query query(*connection_, std::string("SELECT ") + kDeliveryColumns +
                                  ", b.body FROM deliveries d LEFT JOIN bodies b"
                                  " ON b.delivery_id = d.id WHERE d.guid = ?");
    query.Bind(guid);
    auto row = query.Step();
    if (!row) return row.error();
    if (!*row) {
      return Error{
          ErrorCode::kNotFound, "inbox " + path_.string() + ": there is no delivery " + guid, {}};
    }
    return ReadWholeDelivery(query);
  }

  Result<std::optional<Report>> FindReport(const Delivery& delivery) override {
    Query query(*connection_, std::string("SELECT ") + kReportColumns +
                                  " FROM reports WHERE org = ? AND repo = ? AND number = ?"
                                  " AND head_sha = ?");
    query.Bind(delivery.org, delivery.repo, delivery.number, delivery.head_sha);
    auto row = query.Step();
    if (!row) return row.error();
    return *row ? std::optional(ReadReport(query)) : std::nullopt;
  }

  Result<std::vector<Step>> Steps(std::int64_t id) override {
    Query query(*connection_,
                "SELECT at, duration_us, name, outcome, detail FROM steps WHERE delivery_id = ?"
                " ORDER BY id");
    query.Bind(id);
    std::vector<Step> steps;
    while (true) {
      auto row = query.Step();
      if (!row) return row.error();
      if (!*row) return steps;
      steps.push_back({query.Text(2), FromMicros(query.Integer(0)),
                       std::chrono::microseconds(query.Integer(1)), query.Text(3), query.Text(4)});
    }
  }

  Result<void> Retry(std::int64_t id, WallTime now) override {
    auto writable = OpenDatabase(path_, Access::kReadWrite);
    if (!writable) return writable.error();
    if (auto begun = (*writable)->Execute("BEGIN IMMEDIATE"); !begun) return begun;
    // Closing the connection rolls back what is not committed.
    if (auto dead = CheckDead(**writable, id); !dead) return dead;
    if (auto revived = Revive(**writable, id, now, "by hand"); !revived) return revived;
    return (*writable)->Execute("COMMIT");
  }

 private:
  Result<void> CheckDead(Connection& connection, std::int64_t id) {
    Query query(connection, "SELECT state FROM deliveries WHERE id = ?");
    query.Bind(id);
    auto row = query.Step();
    if (!row) return row.error();
    const std::string which = "inbox " + path_.string() + ": delivery " + std::to_string(id);
    if (!*row) return Error{ErrorCode::kNotFound, which + " is not there", {}};
    if (query.Text(0) == ToString(State::kDead)) return {};
    return Error{ErrorCode::kInvalidArgument,
                 which + " is " + query.Text(0) + "; only a dead one can be retried",
                 {}};
  }

  std::unique_ptr<Connection> connection_;
  const std::filesystem::path path_;
};

}  // namespace

Result<std::unique_ptr<Reader>> OpenReader(const std::filesystem::path& path) {
  if (path == ":memory:") {
    return Error{ErrorCode::kNotFound,
                 "inbox :memory: can be read by the daemon alone; give it a file with --inbox",
                 {}};
  }
  auto connection = OpenDatabase(path, Access::kReadOnly);
  if (!connection) return connection.error();
  return std::unique_ptr<Reader>(std::make_unique<SqliteReader>(*std::move(connection), path));
}

}  // namespace prow_coverage::inbox
