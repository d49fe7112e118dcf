#include "input.h"

#include <cstdio>

#include "prow_coverage/base/file.h"

namespace prow_coverage::app {
namespace {
constexpr std::size_t kMaxBytes = std::size_t{25} << 20;
}

Result<std::string> ReadInput(const std::string& path) {
  if (path != "-") return ReadFile(path, kMaxBytes);
  std::string content;
  char chunk[16384];
  while (const std::size_t n = std::fread(chunk, 1, sizeof chunk, stdin)) {
    content.append(chunk, n);
    if (content.size() > kMaxBytes) {
      return Error{ErrorCode::kTooLarge, "standard input is over the limit of 25 MiB", {}};
    }
  }
  return content;
}

}  // namespace prow_coverage::app
