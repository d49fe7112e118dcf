#include "file_header.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "schema.h"

namespace prow_coverage::inbox {
namespace {

// https://www.sqlite.org/fileformat.html
constexpr std::size_t kHeaderSize = 100;
constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);
constexpr std::size_t kApplicationIdAt = 68;

std::uint32_t BigEndian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

Result<void> CheckFileHeader(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, kHeaderSize> header{};
  file.read(header.data(), header.size());
  if (file.bad()) return Error{ErrorCode::kUnavailable, "reading " + path.string(), {}};
  if (file.gcount() == 0) return {};
  const std::string_view read(header.data(), static_cast<std::size_t>(file.gcount()));
  if (read.size() < kHeaderSize || !read.starts_with(kSqliteMagic)) {
    return Error{ErrorCode::kInvalidArgument, "file is not a database", {}};
  }
  // 0 while the first log has not been written into the file.
  const auto application = BigEndian(header.data() + kApplicationIdAt);
  if (application != 0 && application != kApplicationId) {
    return Error{ErrorCode::kInvalidArgument, kForeignDatabase, {}};
  }
  return {};
}

}  // namespace prow_coverage::inbox
