#pragma once

#include <string>

#include "prow_coverage/base/error.h"

namespace prow_coverage::app {

// A file that has a path and is on no disk, for a secret that something wants to read from a file.
// It goes with the object.
class MemoryFile {
 public:
  // Errors: kInternal when the system has no memory file to give.
  [[nodiscard]] static Result<MemoryFile> Make(const std::string& content);

  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();

  [[nodiscard]] std::string path() const;

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace prow_coverage::app
