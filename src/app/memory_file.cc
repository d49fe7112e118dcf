#include "memory_file.h"

#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace prow_coverage::app {

Result<MemoryFile> MemoryFile::Make(const std::string& content) {
  MemoryFile file(::memfd_create("prow-coverage", MFD_CLOEXEC));
  const auto size = static_cast<ssize_t>(content.size());
  if (file.fd_ < 0 || ::write(file.fd_, content.data(), content.size()) != size) {
    return Error{ErrorCode::kInternal, "no memory file to keep a secret in", {}};
  }
  return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

MemoryFile::~MemoryFile() {
  if (fd_ >= 0) ::close(fd_);
}

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(fd_); }

}  // namespace prow_coverage::app
