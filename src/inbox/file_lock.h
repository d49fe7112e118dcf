#pragma once

#include <filesystem>
#include <utility>

#include "prow_coverage/base/error.h"

namespace prow_coverage::inbox {

// The right to be the one daemon of a database: flock on the file itself, so that every name of it
// counts and no other file has to be kept. It goes with the process, however that ends.
//
// SQLite's own locks are of another kind (fcntl), and neither hinders the other. But whoever closes
// any descriptor of a file loses the process' fcntl locks on it, so this must go after SQLite's
// connection. Movable.
class FileLock {
 public:
  // Errors: kConflict when another one has it; kUnavailable.
  [[nodiscard]] static Result<FileLock> Take(const std::filesystem::path& path);

  FileLock() = default;
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

 private:
  explicit FileLock(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace prow_coverage::inbox
