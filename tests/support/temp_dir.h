#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace prow_coverage::testing {

// A directory of its own that goes with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Writes (or replaces) a file and answers its path.
  std::filesystem::path Write(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

// The content of tests/testdata/<name>.
std::string TestData(std::string_view name);

}  // namespace prow_coverage::testing
