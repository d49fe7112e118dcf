#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <sys/types.h>

namespace prow_coverage::inbox {

// The write-ahead log and its index as they were when the database was opened. They are as much a
// part of the store as the file itself: what was acknowledged last is in the log alone.
class LogFiles {
 public:
  LogFiles() = default;
  explicit LogFiles(std::filesystem::path database);

  // The one that is no longer there, or is another file by now. Costs a stat for each.
  [[nodiscard]] std::optional<std::filesystem::path> Missing() const;

 private:
  struct File {
    std::filesystem::path path;
    std::optional<std::pair<dev_t, ino_t>> identity;
  };

  std::array<File, 2> files_;
};

}  // namespace prow_coverage::inbox
