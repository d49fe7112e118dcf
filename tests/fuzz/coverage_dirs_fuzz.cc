#include "prow_coverage/handler/coverage_dirs.h"

#include "fuzz.h"

using namespace prow_coverage;

// The first line is the flag, the second a file name.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::Text(data, size);
  const auto line = input.find('\n');
  const auto flag = input.substr(0, line);
  const auto file = line == std::string_view::npos ? std::string_view{} : input.substr(line + 1);

  const auto directories = handler::CoverageDirs::ParseFlag(flag);
  if (!directories) {
    fuzz::Require(directories.error().code == ErrorCode::kInvalidArgument, "errors are permanent");
    return 0;
  }
  fuzz::Require(directories->Matches("go.mod", ""), "the root go.mod governs every directory");
  if (directories->Matches(file, "")) {
    fuzz::Require(handler::CoverageDirs::Everything().Matches(file, ""),
                  "everything covers what a directory covers");
    fuzz::Require(directories->Matches("x.txt", file), "a renamed file counts by its old name");
  }
  return 0;
}
