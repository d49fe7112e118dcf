// Preloaded into a daemon: a disk that is slow, full or broken, a clock that is wrong. SQLite is
// the only caller of the file functions below. They make the system calls themselves, so that
// nothing here depends on what else is preloaded (a sanitizer's runtime) or initialised yet.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <dirent.h>
#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/shim_control.h"

namespace prow_coverage::testing {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::size_t kPathSize = 4096;
constexpr const char* kNameless = ".nameless";

ShimControl* control = nullptr;
const char* platter = nullptr;

__attribute__((constructor)) void Load() {
  const char* path = std::getenv(kShimControlVariable);
  if (path == nullptr) return;
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  void* mapped = ::mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) {
    std::fprintf(stderr, "shim: cannot map %s\n", path);
    std::abort();
  }
  ::close(fd);
  control = static_cast<ShimControl*>(mapped);
  platter = std::getenv(kShimPlatterVariable);
  const int user = control->file_user.load(kRelaxed);
  if (user != 0 && ::geteuid() == 0) ::setfsuid(static_cast<uid_t>(user));
}

int Fail(int error) {
  control->failures.fetch_add(1, kRelaxed);
  errno = error;
  return -1;
}

bool Copy(int from, int to) {
  off_t offset = 0;
  struct stat status {};
  if (::fstat(from, &status) != 0) return false;
  while (offset < status.st_size) {
    const auto left = static_cast<std::size_t>(status.st_size - offset);
    if (::copy_file_range(from, &offset, to, nullptr, left, 0) <= 0) return false;
  }
  return true;
}

bool Exists(const char* path) { return ::access(path, F_OK) == 0; }

// "<directory>/<name><suffix>"; false when it is too long.
bool Join(char (&path)[kPathSize], const char* directory, const char* name, const char* suffix) {
  const int size = std::snprintf(path, sizeof path, "%s/%s%s", directory, name, suffix);
  return size > 0 && static_cast<std::size_t>(size) < sizeof path;
}

bool PathOf(int fd, char (&path)[kPathSize]) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const auto size = ::readlink(link, path, sizeof path - 1);
  path[size < 0 ? 0 : size] = '\0';
  return size > 0;
}

// What was synced is on the platter whole or, when the process is killed meanwhile, as before. A
// new file has no name there until its directory is synced.
bool PutOnPlatter(int fd) {
  char path[kPathSize];
  char name[kPathSize];
  char fresh[kPathSize];
  if (!PathOf(fd, path)) return false;
  const char* base = std::strrchr(path, '/') + 1;
  if (!Join(name, platter, base, "") || !Join(fresh, platter, base, ".new")) return false;
  if (!Exists(name) && !Join(name, platter, base, kNameless)) return false;
  const int from = ::open(path, O_RDONLY | O_CLOEXEC);
  const int to = ::open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool copied = from >= 0 && to >= 0 && Copy(from, to);
  if (from >= 0) ::close(from);
  if (to >= 0) ::close(to);
  return copied && ::rename(fresh, name) == 0;
}

// New files get their names, those that were deleted lose them.
void SyncName(const char* directory, const char* entry) {
  char path[kPathSize];
  char on_platter[kPathSize];
  char name[kPathSize];
  if (!Join(on_platter, platter, entry, "") || !Join(name, platter, entry, "")) return;
  if (char* suffix = std::strstr(name, kNameless)) *suffix = '\0';
  if (!Join(path, directory, std::strrchr(name, '/') + 1, "")) return;
  if (!Exists(path)) {
    ::unlink(on_platter);
  } else if (std::strcmp(name, on_platter) != 0) {
    ::rename(on_platter, name);
  }
}

bool PutNamesOnPlatter(int fd) {
  char directory[kPathSize];
  if (!PathOf(fd, directory)) return false;
  DIR* entries = ::opendir(platter);
  if (entries == nullptr) return false;
  while (const dirent* entry = ::readdir(entries)) {
    if (entry->d_type == DT_REG) SyncName(directory, entry->d_name);
  }
  ::closedir(entries);
  return true;
}

bool IsDirectory(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

int Sync(int fd, long call) {
  if (control == nullptr) return static_cast<int>(::syscall(call, fd));
  const bool directory = IsDirectory(fd);
  (directory ? control->directory_syncs : control->syncs).fetch_add(1, kRelaxed);
  const int delay = control->sync_delay_ms.load(kRelaxed);
  const timespec wait{delay / 1000, delay % 1000 * 1'000'000L};
  if (delay > 0) ::nanosleep(&wait, nullptr);
  if (const int error = control->sync_error.load(kRelaxed); error != 0) return Fail(error);
  if (::syscall(call, fd) != 0) return -1;
  if (control->keeps_platter.load(kRelaxed) == 0) return 0;
  return (directory ? PutNamesOnPlatter(fd) : PutOnPlatter(fd)) ? 0 : Fail(EIO);
}

bool Lengthens(int fd, std::size_t size, off_t offset) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && offset + static_cast<off_t>(size) > status.st_size;
}

void Shift(timespec& time) { time.tv_sec += control->clock_offset_s.load(kRelaxed); }

}  // namespace
}  // namespace prow_coverage::testing

namespace shim = prow_coverage::testing;

extern "C" {

int fdatasync(int fd) { return shim::Sync(fd, SYS_fdatasync); }

int fsync(int fd) { return shim::Sync(fd, SYS_fsync); }

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  if (shim::control != nullptr) {
    const int error = shim::control->write_error.load(shim::kRelaxed);
    if (error != 0) return shim::Fail(error);
    const bool full = shim::control->disk_full.load(shim::kRelaxed) != 0;
    if (full && shim::Lengthens(fd, size, offset)) return shim::Fail(ENOSPC);
  }
  return ::syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite64(fd, bytes, size, offset);
}

int faccessat(int directory, const char* path, int mode, int flags) {
  if (shim::control != nullptr && (mode & W_OK) != 0 &&
      shim::control->read_only.load(shim::kRelaxed) != 0) {
    return shim::Fail(EROFS);
  }
  return static_cast<int>(::syscall(SYS_faccessat2, directory, path, mode, flags));
}

int clock_gettime(clockid_t clock, timespec* time) {
  const int code = static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (code == 0 && wall && shim::control != nullptr) shim::Shift(*time);
  return code;
}

int gettimeofday(timeval* time, void*) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *time = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* out) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
