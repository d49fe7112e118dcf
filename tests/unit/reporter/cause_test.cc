#include "cause.h"

#include <gtest/gtest.h>

namespace prow_coverage::reporter {
namespace {

TEST(Cause, IsToldAsWhatItIs) {
  struct Row {
    const char* description;
    const char* cause;
  };
  const Row rows[] = {
      {"Terminal error: no build client found for cluster \"x\".",
       "Prow knows no such build cluster"},
      {"Pod pending timeout.", "the pod did not start (image pull, volume or secret)"},
      {"Back-off pulling image: ImagePullBackOff", "the image could not be pulled"},
      {"Pod scheduling timeout.", "the pod could not be scheduled"},
      {"Job pod was evicted by the cluster.", "the pod was evicted"},
      {"Job pod was OOM killed by the cluster.", "the pod ran out of memory"},
      {"Job pod reached max revivals (3) after being stopped unexpectedly (evicted)",
       "the pod was evicted again and again"},
      {"Job pod reached max revivals (3) after being stopped unexpectedly (unreachable)",
       "the pod was stopped again and again"},
      {"Pod got deleted unexpectedly", "the pod was deleted"},
      {"Pod running timeout.", "the pod did not end in time"},
      {"Pod can not be created: pods is forbidden: exceeded quota", "the pod could not be created"},
      {"", "the job ended in error"},
      {"\x1b[1mnew **words** BaseSHA:1", "new words BaseSHA 1"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.description);
    EXPECT_EQ(CauseOf(row.description), row.cause);
  }
}

TEST(Cause, OnlyPlankSaysThatAJobRanTooLong) {
  EXPECT_TRUE(RanTooLong("Pod running timeout."));
  EXPECT_FALSE(RanTooLong("somebody successfully aborted 123."));
  EXPECT_FALSE(RanTooLong(""));
}

}  // namespace
}  // namespace prow_coverage::reporter
