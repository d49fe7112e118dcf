#include "support/temp_dir.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace prow_coverage::testing {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "prow-coverage-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempDir::Write(std::string_view name, std::string_view content) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
  return file;
}

std::string TestData(std::string_view name) {
  std::ifstream in(std::filesystem::path(PROW_COVERAGE_TESTDATA) / name, std::ios::binary);
  if (!in) throw std::runtime_error("no test data named " + std::string(name));
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace prow_coverage::testing
