#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/inbox/report.h"

namespace prow_coverage::inbox {

struct Filter {
  std::optional<State> state;
  std::string org, repo;    // "" for any; case does not matter
  std::int64_t number = 0;  // 0 for any
  std::optional<WallTime> since;
  std::size_t limit = 100;
};

// A second process' view of the database, for `prow-coverage deliveries`; works while the daemon
// writes. Blocking; one thread at a time. Errors of every call: kUnavailable.
class Reader {
 public:
  virtual ~Reader() = default;

  // Newest first, without bodies.
  [[nodiscard]] virtual Result<std::vector<Delivery>> List(const Filter& filter) = 0;
  // By GUID, body included (unless it has been dropped). Errors also: kNotFound.
  [[nodiscard]] virtual Result<Delivery> Find(const std::string& guid) = 0;
  // What was last told about a head by the replica whose inbox this is; nullopt: nothing.
  [[nodiscard]] virtual Result<std::optional<Report>> FindReport(const Delivery& delivery) = 0;
  // In the order of time.
  [[nodiscard]] virtual Result<std::vector<Step>> Steps(std::int64_t id) = 0;
  // Makes a dead delivery kReceived again, due at once; the daemon takes it up within two seconds.
  // Errors also: kInvalidArgument when it is not dead.
  [[nodiscard]] virtual Result<void> Retry(std::int64_t id, WallTime now) = 0;
};

// Errors: kInvalidArgument (a foreign file, or another schema: the daemon alone migrates),
// kNotFound (no such file, or nothing stored yet: no database is created), kPermissionDenied,
// kUnavailable.
[[nodiscard]] Result<std::unique_ptr<Reader>> OpenReader(const std::filesystem::path& path);

}  // namespace prow_coverage::inbox
