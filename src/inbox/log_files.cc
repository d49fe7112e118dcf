#include "log_files.h"

#include <sys/stat.h>

namespace prow_coverage::inbox {
namespace {

std::optional<std::pair<dev_t, ino_t>> IdentityOf(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

}  // namespace

LogFiles::LogFiles(std::filesystem::path database) {
  files_[0].path = database.string() + "-wal";
  files_[1].path = std::move(database) += "-shm";
  for (File& file : files_) file.identity = IdentityOf(file.path);
}

std::optional<std::filesystem::path> LogFiles::Missing() const {
  for (const File& file : files_) {
    if (file.identity && IdentityOf(file.path) != file.identity) return file.path;
  }
  return std::nullopt;
}

}  // namespace prow_coverage::inbox
