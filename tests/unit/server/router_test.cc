#include "router.h"

#include <gtest/gtest.h>

namespace prow_coverage::server {
namespace {

Router Daemon() { return Router({{"POST", "/", {}}, {"POST", "/help", {}}, {"GET", "/ok", {}}}); }

TEST(Router, FindsTheRowOfMethodAndPath) {
  const auto router = Daemon();
  const auto match = router.Find("POST", "/help");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->path, "/help");
}

TEST(Router, LetsAGetRowAnswerHead) {
  const auto router = Daemon();
  ASSERT_NE(router.Find("HEAD", "/ok").route, nullptr);
  EXPECT_EQ(router.Find("HEAD", "/help").route, nullptr);
}

TEST(Router, KnowsNoRowForAnUnknownPath) {
  const auto router = Daemon();
  for (const char* path : {"/x", "/help/", "/helpx", "/HELP", "", "*"}) {
    SCOPED_TRACE(path);
    const auto match = router.Find("POST", path);
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allow, "");
  }
}

TEST(Router, NamesTheMethodsThatThePathHas) {
  const Router router({{"GET", "/x", {}}, {"PUT", "/x", {}}, {"GET", "/y", {}}});
  EXPECT_EQ(router.Find("POST", "/x").allow, "GET, HEAD, PUT");
  EXPECT_EQ(router.Find("get", "/y").allow, "GET, HEAD");
}

TEST(Router, PrefersARowOfThePathToTheStar) {
  const Router router({{"GET", "*", {}}, {"GET", "/x", {}}});
  ASSERT_NE(router.Find("GET", "/x").route, nullptr);
  EXPECT_EQ(router.Find("GET", "/x").route->path, "/x");
  ASSERT_NE(router.Find("GET", "/anything").route, nullptr);
  EXPECT_EQ(router.Find("GET", "/anything").route->path, "*");
}

TEST(Router, TakesTheStarWhenOnlyTheMethodFailed) {
  const Router router({{"GET", "/x", {}}, {"POST", "*", {}}});
  ASSERT_NE(router.Find("POST", "/x").route, nullptr);
  EXPECT_EQ(router.Find("DELETE", "/x").allow, "GET, HEAD, POST");
}

}  // namespace
}  // namespace prow_coverage::server
