#include <algorithm>
#include <vector>

#include "fuzz.h"
#include "watch_reader.h"

using namespace prow_coverage;

namespace {

struct Outcome {
  std::vector<std::string> objects;
  bool fed = false;
  bool finished = false;

  bool operator==(const Outcome&) const = default;
};

Outcome Read(std::string_view stream, std::size_t piece) {
  Outcome outcome;
  kube::WatchReader reader(
      {"watch", "prowjobs"},
      [&](const kube::WatchEvent& event) -> Result<void> {
        outcome.objects.push_back(event.object);
        return {};
      },
      4096);
  outcome.fed = true;
  while (outcome.fed && !stream.empty()) {
    const auto size = std::min(piece, stream.size());
    outcome.fed = reader.Feed(stream.substr(0, size)).has_value();
    stream.remove_prefix(size);
  }
  outcome.finished = outcome.fed && reader.Finish().has_value();
  return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = fuzz::Text(data, size);
  const auto whole = Read(stream, stream.size());
  fuzz::Require(Read(stream, 1) == whole, "where the stream is cut does not matter");
  fuzz::Require(Read(stream, 7) == whole, "where the stream is cut does not matter");
  return 0;
}
