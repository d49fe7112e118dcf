#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "prow_coverage/inbox/inbox.h"

#include "connection.h"

namespace prow_coverage::inbox {

// Deliveries by state.
using StateCounts = std::array<std::int64_t, 5>;

// What the calls of Inbox do to the database, inside whatever transaction the caller has open. One
// thread at a time. An error other than kUnavailable concerns that call alone.
class Tables {
 public:
  explicit Tables(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Result<Stored> Store(const NewDelivery& delivery, WallTime now);
  [[nodiscard]] Result<Stored> Keep(const NewDelivery& delivery, const std::string& reason,
                                    WallTime now);
  [[nodiscard]] Result<void> Record(std::int64_t id, const Progress& progress, WallTime now);
  [[nodiscard]] Result<std::vector<Pending>> Due(WallTime now, std::int64_t after_id,
                                                 std::size_t limit);
  [[nodiscard]] Result<Delivery> Get(std::int64_t id);
  // Newest first, for each.
  [[nodiscard]] Result<std::vector<Sighting>> Sightings(const std::vector<PullKey>& pulls);
  [[nodiscard]] Result<WallTime> ReserveStartTime(const std::string& org, const std::string& repo,
                                                  std::int64_t number, WallTime wanted);

  [[nodiscard]] Result<void> SaveReport(const Report& report, WallTime now);
  [[nodiscard]] Result<std::vector<Report>> Reports(std::int64_t after_id, std::size_t limit);

  // Counts every row.
  [[nodiscard]] Result<StateCounts> Count();

  // What the calls since the last time added to each state and took away.
  StateCounts& changes() { return changes_; }

 private:
  Result<void> AddSightings(const PullKey& pull, std::vector<Sighting>& sightings);
  Result<Stored> Insert(const NewDelivery& delivery, WallTime now);
  Result<Stored> StoreAgain(const NewDelivery& delivery, WallTime now);
  Result<void> InsertBody(std::int64_t id, const std::string& body);
  Result<void> RestoreBody(std::int64_t id, const std::string& body);
  Result<State> StateOf(std::int64_t id);
  Result<void> Update(std::int64_t id, const Progress& progress, WallTime now);
  Result<void> TrimSteps(std::int64_t id);
  std::int64_t& Change(State state) { return changes_[static_cast<std::size_t>(state)]; }

  Connection& connection_;
  StateCounts changes_{};
};

}  // namespace prow_coverage::inbox
