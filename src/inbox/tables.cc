#include "tables.h"

#include <algorithm>
#include <optional>

#include "prow_coverage/base/utf8.h"

#include "body.h"
#include "rows.h"

namespace prow_coverage::inbox {
namespace {

// The trace of a delivery that is tried for a day must not grow without end; the oldest go first.
constexpr int kStepsKept = 1000;

Error NoSuchDelivery(std::int64_t id) {
  return {ErrorCode::kNotFound, "inbox: there is no delivery " + std::to_string(id), {}};
}

Error HasEndedAlready(std::int64_t id, State state) {
  return {ErrorCode::kConflict,
          "inbox: delivery " + std::to_string(id) + " is " + std::string(ToString(state)) +
              " already and stays so",
          {}};
}

}  // namespace

Result<Stored> Tables::Store(const NewDelivery& delivery, WallTime now) {
  auto stored = Insert(delivery, now);
  if (!stored || stored->id != 0) return stored;
  return StoreAgain(delivery, now);
}

Result<Stored> Tables::Keep(const NewDelivery& delivery, const std::string& reason, WallTime now) {
  auto stored = Insert(delivery, now);
  if (!stored || stored->id == 0) return stored;
  Progress ended;
  ended.state = State::kDone;
  ended.reason = reason;
  if (auto recorded = Record(stored->id, ended, now); !recorded) return recorded.error();
  return stored;
}

// Id 0 when the GUID is known.
Result<Stored> Tables::Insert(const NewDelivery& delivery, WallTime now) {
  Query insert(connection_,
               "INSERT INTO deliveries (guid, event_type, action, org, repo, number, head_sha,"
               " origin, received_at, next_attempt_at)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (guid) DO NOTHING"
               " RETURNING id");
  insert.Bind(delivery.guid, delivery.event_type, delivery.action, delivery.org, delivery.repo,
              delivery.number, delivery.head_sha, delivery.origin, ToMicros(now), ToMicros(now));
  auto inserted = insert.Step();
  if (!inserted) return inserted.error();
  if (!*inserted) return Stored{Stored::Kind::kDuplicate, 0};
  const Stored stored{Stored::Kind::kNew, insert.Integer(0)};
  if (auto body = InsertBody(stored.id, delivery.body); !body) return body.error();
  ++Change(State::kReceived);
  return stored;
}

Result<Stored> Tables::StoreAgain(const NewDelivery& delivery, WallTime now) {
  Query known(connection_,
              "SELECT d.id, d.state, d.body_sha256, b.body, d.attempts FROM deliveries d"
              " LEFT JOIN bodies b ON b.delivery_id = d.id WHERE d.guid = ?");
  known.Bind(delivery.guid);
  if (auto row = known.Step(); !row) return row.error();
  Stored stored{Stored::Kind::kDuplicate, known.Integer(0)};
  const auto body = UnpackBody(known.Text(3));
  const bool dropped = !known.IsNull(2);
  // One that is damaged can be compared with nothing: the new one takes its place.
  const bool damaged = !dropped && !body;
  const bool same =
      dropped ? known.Text(2) == Sha256(delivery.body) : damaged || *body == delivery.body;
  if (!same) {
    return Error{ErrorCode::kConflict,
                 "inbox: delivery " + delivery.guid + " is known with another body",
                 {}};
  }
  auto state = ParseState(known.Text(1));
  if (!state) return state.error();
  // Done without an attempt: kept for the record (see Keep).
  const bool kept = *state == State::kDone && known.Integer(4) == 0;
  const bool again = *state == State::kDead || kept;
  if (again || damaged) {
    if (auto restored = RestoreBody(stored.id, delivery.body); !restored) return restored.error();
  }
  if (!again) return stored;
  if (auto revived = Revive(connection_, stored.id, now, "redelivered"); !revived) {
    return revived.error();
  }
  --Change(*state);
  ++Change(State::kReceived);
  stored.kind = Stored::Kind::kRevived;
  return stored;
}

Result<void> Tables::InsertBody(std::int64_t id, const std::string& body) {
  Query insert(connection_, "INSERT INTO bodies (delivery_id, body) VALUES (?, ?)");
  const std::string packed = PackBody(body);
  insert.Bind(id, Blob{packed});
  return insert.Run();
}

// The body of a delivery that may have lost it since, or whose body is damaged.
Result<void> Tables::RestoreBody(std::int64_t id, const std::string& body) {
  Query insert(connection_, "INSERT OR REPLACE INTO bodies (delivery_id, body) VALUES (?, ?)");
  const std::string packed = PackBody(body);
  if (auto ran = insert.Bind(id, Blob{packed}).Run(); !ran) return ran;
  Query update(connection_, "UPDATE deliveries SET body_sha256 = NULL WHERE id = ?");
  return update.Bind(id).Run();
}

Result<State> Tables::StateOf(std::int64_t id) {
  Query select(connection_, "SELECT state FROM deliveries WHERE id = ?");
  select.Bind(id);
  auto row = select.Step();
  if (!row) return row.error();
  if (!*row) return NoSuchDelivery(id);
  return ParseState(select.Text(0));
}

Result<void> Tables::Record(std::int64_t id, const Progress& progress, WallTime now) {
  auto before = StateOf(id);
  if (!before) return before.error();
  if (HasEnded(*before)) return HasEndedAlready(id, *before);
  if (auto updated = Update(id, progress, now); !updated) return updated;
  for (const Step& step : progress.steps) {
    if (auto added = AppendStep(connection_, id, step); !added) return added;
  }
  if (!progress.steps.empty()) {
    if (auto trimmed = TrimSteps(id); !trimmed) return trimmed;
  }
  --Change(*before);
  ++Change(progress.state);
  return {};
}

Result<void> Tables::Update(std::int64_t id, const Progress& progress, WallTime now) {
  Query update(connection_,
               "UPDATE deliveries SET state = ?1,"
               " reason = iif(?2 = '', reason, ?2),"
               " detail = iif(?2 = '' AND ?3 = '', detail, ?3),"
               " job_name = iif(?4 = '', job_name, ?4),"
               " next_attempt_at = coalesce(?5, next_attempt_at), attempts = attempts + ?6,"
               " ended_at = ?7 WHERE id = ?8");
  update.Bind(ToString(progress.state), progress.reason, ClipUtf8(progress.detail, kDetailLimit),
              progress.job_name);
  if (progress.next_attempt_at) {
    update.Bind(ToMicros(std::min(*progress.next_attempt_at, now + kLongestWait)));
  } else {
    update.Bind(nullptr);
  }
  update.Bind(progress.attempted);
  if (HasEnded(progress.state)) {
    update.Bind(ToMicros(now));
  } else {
    update.Bind(nullptr);
  }
  return update.Bind(id).Run();
}

Result<void> Tables::TrimSteps(std::int64_t id) {
  Query trim(connection_,
             "DELETE FROM steps WHERE delivery_id = ?1 AND id <= (SELECT id FROM steps"
             " WHERE delivery_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");
  return trim.Bind(id, kStepsKept).Run();
}

Result<std::vector<Pending>> Tables::Due(WallTime now, std::int64_t after_id, std::size_t limit) {
  // No wait is longer than kLongestWait, so one that seems to be was written before the wall clock
  // was set back by more than an ordinary correction: it is due.
  Query select(connection_,
               "SELECT id, org, repo, number FROM deliveries INDEXED BY deliveries_in_work"
               " WHERE ended_at IS NULL AND id > ? AND next_attempt_at NOT BETWEEN ? AND ?"
               " ORDER BY id LIMIT ?");
  select.Bind(after_id, ToMicros(now) + 1, ToMicros(now + kLongestWait + kClockCorrection), limit);
  std::vector<Pending> due;
  while (true) {
    auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return due;
    due.push_back({select.Integer(0), select.Text(1), select.Text(2), select.Integer(3)});
  }
}

Result<Delivery> Tables::Get(std::int64_t id) {
  Query select(connection_, std::string("SELECT ") + kDeliveryColumns +
                                ", b.body FROM deliveries d LEFT JOIN bodies b"
                                " ON b.delivery_id = d.id WHERE d.id = ?");
  select.Bind(id);
  auto row = select.Step();
  if (!row) return row.error();
  if (!*row) return NoSuchDelivery(id);
  return ReadWholeDelivery(select);
}

Result<std::vector<Sighting>> Tables::Sightings(const std::vector<PullKey>& pulls) {
  std::vector<Sighting> sightings;
  for (const PullKey& pull : pulls) {
    if (auto added = AddSightings(pull, sightings); !added) return added.error();
  }
  return sightings;
}

// The index ends with the id, so that the newest rows of a pull request are read and no others.
Result<void> Tables::AddSightings(const PullKey& pull, std::vector<Sighting>& sightings) {
  Query select(connection_,
               "SELECT id, head_sha, state, reason"
               " FROM deliveries INDEXED BY deliveries_of_pull"
               " WHERE org = ? AND repo = ? AND number = ? ORDER BY id DESC LIMIT ?");
  select.Bind(pull.org, pull.repo, pull.number, kSightingsPerPull);
  while (true) {
    auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return {};
    auto state = ParseState(select.Text(2));
    if (!state) return state.error();
    sightings.push_back({select.Integer(0), pull, select.Text(1), *state, select.Text(3)});
  }
}

Result<WallTime> Tables::ReserveStartTime(const std::string& org, const std::string& repo,
                                          std::int64_t number, WallTime wanted) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wanted.time_since_epoch()).count();
  Query upsert(connection_,
               "INSERT INTO pulls (org, repo, number, last_start_time) VALUES (?, ?, ?, ?)"
               " ON CONFLICT DO UPDATE SET last_start_time ="
               " max(excluded.last_start_time, last_start_time + 1) RETURNING last_start_time");
  upsert.Bind(org, repo, number, seconds);
  if (auto row = upsert.Step(); !row) return row.error();
  return WallTime(std::chrono::seconds(upsert.Integer(0)));
}

Result<StateCounts> Tables::Count() {
  StateCounts counts{};
  Query select(connection_,
               "SELECT state, count(*) FROM deliveries WHERE ended_at IS NOT NULL GROUP BY state"
               " UNION ALL"
               " SELECT state, count(*) FROM deliveries WHERE ended_at IS NULL GROUP BY state");
  while (true) {
    auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return counts;
    auto state = ParseState(select.Text(0));
    if (state) counts[static_cast<std::size_t>(*state)] = select.Integer(1);
  }
}

}  // namespace prow_coverage::inbox
