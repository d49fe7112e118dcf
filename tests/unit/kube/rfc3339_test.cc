#include "prow_coverage/kube/rfc3339.h"

#include <gtest/gtest.h>

namespace prow_coverage::kube {
namespace {

TEST(Rfc3339, ReadsEveryFormThatPluginsWrite) {
  for (const char* text :
       {"2026-08-19T10:00:00Z", "2026-08-19t10:00:00z", "2026-08-19T10:00:00.123456789Z",
        "2026-08-19T12:00:00+02:00", "2026-08-19T04:30:00-05:30"}) {
    SCOPED_TRACE(text);
    const auto time = ParseRfc3339(text);
    ASSERT_TRUE(time);
    EXPECT_EQ(ToRfc3339(*time), "2026-08-19T10:00:00Z");
  }
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-08-19", "2026-08-19T10:00:00", "2026-08-19T10:00:00ZZ", "2026-13-19T10:00:00Z",
        "2026-02-30T10:00:00Z", "2026-08-19T24:00:00Z", "2026-08-19T10:60:00Z",
        "2026-08-19T10:00:00+2:00", "1787133600", "2026-08-19T10:00:00 +02:00"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(ParseRfc3339(text));
  }
}

}  // namespace
}  // namespace prow_coverage::kube
