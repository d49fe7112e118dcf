#include "agenda.h"

#include <algorithm>
#include <cstddef>

namespace prow_coverage::reporter {
namespace {

constexpr std::chrono::hours kLongAgo{1};
constexpr std::size_t kOldAtOnce = 100;
constexpr std::chrono::seconds kPace{2};  // 1,800 an hour of GitHub's 5,000

}  // namespace

std::vector<Errand> Agenda(std::vector<Errand> errands) {
  std::sort(errands.begin(), errands.end(),
            [](const Errand& a, const Errand& b) { return a.ended_since < b.ended_since; });
  std::size_t old = 0;
  for (Errand& errand : errands) {
    if (errand.ended_since < kLongAgo || ++old <= kOldAtOnce) continue;
    errand.wait = kPace * static_cast<int>(old - kOldAtOnce);
  }
  return errands;
}

}  // namespace prow_coverage::reporter
