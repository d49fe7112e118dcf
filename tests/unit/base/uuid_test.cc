#include "prow_coverage/base/uuid.h"

#include <regex>

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

// Vectors from Python's uuid.uuid5(uuid.NAMESPACE_URL, name).
TEST(Uuid, UrlUuidAgreesWithOtherImplementations) {
  const struct {
    const char* name;
    const char* uuid;
  } rows[] = {
      {"", "1b4db7eb-4057-5ddf-91e0-36dec72071f5"},
      {"http://www.example.com/", "fcde3c85-2270-590f-9e7c-ee003d65e0e2"},
      {"https://github.com/kubevirt/project-infra/pull/4711/"
       "0123456789abcdef0123456789abcdef01234567/coverage-auto/1",
       "cd5a33f8-47ab-5c78-8ee7-1589a41f2375"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(UrlUuid(row.name), row.uuid);
  }
}

TEST(Uuid, RandomUuidIsOfVersion4) {
  const std::regex version4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_TRUE(std::regex_match(RandomUuid(), version4));
}

TEST(Uuid, RandomUuidsDiffer) { EXPECT_NE(RandomUuid(), RandomUuid()); }

}  // namespace
}  // namespace prow_coverage
