#include "target.h"

#include <gtest/gtest.h>

namespace prow_coverage::server {
namespace {

TEST(Target, SplitsPathAndQueryWithoutDecoding) {
  struct Row {
    const char* target;
    std::optional<Target> expected;
  };
  const Row rows[] = {
      {"/", Target{"/", ""}},
      {"/?", Target{"/", ""}},
      {"/help?a=1?b", Target{"/help", "a=1?b"}},
      {"//help", Target{"//help", ""}},
      {"/%68elp", Target{"/%68elp", ""}},
      {"/a/../help", Target{"/a/../help", ""}},
      {"http://host:80/help?x", Target{"/help", "x"}},
      {"HTTPS://host/help", Target{"/help", ""}},
      {"http://host", Target{"/", ""}},
      {"http://host?x", Target{"/", "x"}},
      {"*", Target{"*", ""}},
      {"http://", std::nullopt},
      {"http:///help", std::nullopt},
      {"host:443", std::nullopt},
      {"help", std::nullopt},
      {"?x", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.target);
    EXPECT_EQ(SplitTarget(row.target), row.expected);
  }
}

}  // namespace
}  // namespace prow_coverage::server
