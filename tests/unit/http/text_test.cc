#include <gtest/gtest.h>

#include "prow_coverage/http/client.h"

namespace prow_coverage::http {
namespace {

TEST(PercentEncode, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
}

TEST(PercentEncode, EscapesEverythingElse) {
  EXPECT_EQ(PercentEncode("release/1.2 ü%&?#+"), "release%2F1.2%20%C3%BC%25%26%3F%23%2B");
}

TEST(Response, FindsTheFirstFieldOfAName) {
  const Response response{200, {{"link", "a"}, {"etag", "b"}, {"etag", "c"}}, ""};
  EXPECT_EQ(response.header("etag"), "b");
}

TEST(Response, HasNoFieldThatDidNotArrive) { EXPECT_EQ(Response{}.header("etag"), std::nullopt); }

}  // namespace
}  // namespace prow_coverage::http
