#include "prow_coverage/base/file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prow_coverage {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

ErrorCode CodeOf(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kPermissionDenied;
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:  // a socket, or a device without a driver
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kUnavailable;
  }
}

Error FromErrno(const std::filesystem::path& path, int number) {
  return {CodeOf(number),
          "cannot read " + path.string() + ": " + std::generic_category().message(number),
          {}};
}

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& path, std::size_t limit) {
  // O_NONBLOCK: a path that names a FIFO must not hang us.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return FromErrno(path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return FromErrno(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return Error{
        ErrorCode::kInvalidArgument, "cannot read " + path.string() + ": not a regular file", {}};
  }
  std::string content;
  char chunk[16384];
  while (true) {
    const ssize_t n = ::read(fd.get(), chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(path, errno);
    if (n == 0) return content;
    content.append(chunk, static_cast<std::size_t>(n));
    if (content.size() > limit) {
      return Error{ErrorCode::kTooLarge,
                   "cannot read " + path.string() + ": it is over the limit of " +
                       std::to_string(limit) + " bytes",
                   {}};
    }
  }
}

}  // namespace prow_coverage
