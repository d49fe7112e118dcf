#include "prow_coverage/base/commit_sha.h"

#include <string>

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(CommitSha, IsLowerCaseHexOfOneOfGitsLengths) {
  const struct {
    std::string text;
    bool is;
  } rows[] = {
      {std::string(40, 'a'), true},
      {std::string(64, '0'), true},
      {"", false},
      {std::string(39, 'a'), false},
      {std::string(41, 'a'), false},
      {std::string(40, 'A'), false},
      {std::string(40, 'g'), false},
      {std::string(63, '0'), false},
      {std::string(65, '0'), false},
      {std::string(39, 'a') + " ", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(IsCommitSha(row.text), row.is);
  }
}

}  // namespace
}  // namespace prow_coverage
