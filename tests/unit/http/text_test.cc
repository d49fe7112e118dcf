#include <gtest/gtest.h>

#include "prow_coverage/http/client.h"

namespace prow_coverage::http {
namespace {

TEST(Response, FindsTheFirstFieldOfAName) {
  const Response response{200, {{"link", "a"}, {"etag", "b"}, {"etag", "c"}}, ""};
  EXPECT_EQ(response.header("etag"), "b");
}

TEST(Response, HasNoFieldThatDidNotArrive) { EXPECT_EQ(Response{}.header("etag"), std::nullopt); }

}  // namespace
}  // namespace prow_coverage::http
