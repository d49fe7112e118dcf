#include "agenda.h"

#include <gtest/gtest.h>

namespace prow_coverage::reporter {
namespace {

using namespace std::chrono_literals;

TEST(Agenda, BeginsWithWhatHasJustHappened) {
  const auto agenda = Agenda({{"old", 2h}, {"runs", 0s}, {"new", 1s}});
  ASSERT_EQ(agenda.size(), 3u);
  EXPECT_EQ(agenda[0].key, "runs");
  EXPECT_EQ(agenda[1].key, "new");
  EXPECT_EQ(agenda[2].key, "old");
  EXPECT_EQ(agenda[2].wait, 0s);
}

TEST(Agenda, TakesTheEndsOfLongAgoLittleByLittle) {
  std::vector<Errand> errands;
  for (int i = 0; i < 1000; ++i) errands.push_back({"new", 59min});
  for (int i = 0; i < 1000; ++i) errands.push_back({"old", 1h + std::chrono::seconds(i)});
  const auto agenda = Agenda(std::move(errands));
  EXPECT_EQ(agenda[1099].wait, 0s);
  EXPECT_EQ(agenda[1100].wait, 2s);
  EXPECT_EQ(agenda[1999].wait, 30min);
}

}  // namespace
}  // namespace prow_coverage::reporter
