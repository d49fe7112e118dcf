#include "support/shim.h"

#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace prow_coverage::testing {

namespace fs = std::filesystem;

Shim::Shim() {
  const auto path = dir_.Write("control", std::string(sizeof(ShimControl), '\0'));
  fs::create_directory(dir_.path() / "platter");
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  void* mapped = ::mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) throw std::runtime_error("cannot map " + path.string());
  control_ = static_cast<ShimControl*>(mapped);
}

Shim::~Shim() { ::munmap(control_, sizeof(ShimControl)); }

std::vector<std::string> Shim::Environment() const {
  // AddressSanitizer wants to be loaded first; the shim calls nothing that it intercepts.
  const char* sanitizer = std::getenv("ASAN_OPTIONS");
  const std::string options = sanitizer == nullptr ? "" : std::string(sanitizer) + ":";
  return {std::string("LD_PRELOAD=") + PROW_COVERAGE_SHIM,
          "ASAN_OPTIONS=" + options + "verify_asan_link_order=0",
          std::string(kShimControlVariable) + "=" + (dir_.path() / "control").string(),
          std::string(kShimPlatterVariable) + "=" + (dir_.path() / "platter").string()};
}

void Shim::CutPower(const fs::path& database) const {
  // The index of the log lives in memory only, and so does a file whose directory was not synced.
  for (const char* suffix : {"", "-wal", "-journal", "-shm"}) {
    const fs::path file = database.string() + suffix;
    const fs::path synced = dir_.path() / "platter" / file.filename();
    fs::remove(file);
    if (fs::exists(synced)) fs::copy_file(synced, file);
    fs::remove(synced.string() + ".nameless");
  }
}

}  // namespace prow_coverage::testing
