#include <chrono>

#include "filled_inbox.h"
#include "scenarios.h"

namespace prow_coverage::bench {
namespace {

constexpr int kRows = 1000000;
constexpr double kListMs = 200;

struct Listing {
  const char* what;
  std::vector<std::string> flags;
};

double ListMs(const std::string& inbox, const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {testing::World::Binary("prow-coverage"), "deliveries",
                                        "list", "--inbox=" + inbox};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const auto begin = std::chrono::steady_clock::now();
  testing::Process list(std::move(arguments));
  if (list.Wait() != 0) throw std::runtime_error("deliveries list: " + list.Err());
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

}  // namespace

void MeasureList(Bench& bench) {
  const std::string inbox = (bench.world.dir().path() / "million.db").string();
  FillWithEnded(inbox, static_cast<int>(kRows * bench.scale));
  const Listing listings[] = {
      {"the newest 100", {}},
      {"--state dead (one in 10,000)", {"--state=dead"}},
      {"--repo, --pull (one in 1,000)", {"--repo=kubevirt/repository-3", "--pull=13"}},
      {"--repo that there is not", {"--repo=kubevirt/no-such-repository"}},
  };
  for (const auto& [what, flags] : listings) {
    static_cast<void>(ListMs(inbox, flags));  // from then on the file is in the page cache
    bench.table.Add({what, ListMs(inbox, flags), "ms", kListMs, {}});
  }
}

}  // namespace prow_coverage::bench
