#include "file_lock.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace prow_coverage::inbox {

Result<FileLock> FileLock::Take(const std::filesystem::path& path) {
  // Should it be a pipe by now, this does not wait for a writer.
  FileLock lock(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (lock.fd_ >= 0 && ::flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) return lock;
  const int error = errno;
  if (error == EWOULDBLOCK) {
    return Error{
        ErrorCode::kConflict,
        "another prow-coverage daemon has it; end that one, or give each a file of its own",
        {}};
  }
  return Error{ErrorCode::kUnavailable,
               "it cannot be locked: " + std::generic_category().message(error),
               {}};
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace prow_coverage::inbox
