#include <optional>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_fixture.h"

namespace prow_coverage::kube {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

using TransportTest = ClientTest;

TEST_F(TransportTest, Impersonates) {
  cluster_.impersonate = "jane";
  cluster_.impersonate_groups = {"dev", "ops"};
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Get(kJobs, "a")));
  EXPECT_THAT(request().headers, Contains(Pair("Impersonate-User", "jane")));
  EXPECT_THAT(request().headers, Contains(Pair("Impersonate-Group", "dev")));
  EXPECT_THAT(request().headers, Contains(Pair("Impersonate-Group", "ops")));
}

TEST_F(TransportTest, GoesThroughTheClustersProxy) {
  cluster_.proxy = "http://p:3128";
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Get(kJobs, "a")));
  EXPECT_EQ(request().proxy, "http://p:3128");
}

TEST_F(TransportTest, ReadsTheStatusOfARefusal) {
  http_.Answer(403, R"({"kind":"Status","message":"User \"x\" cannot create resource"})");
  const auto created = Run(client().Create(kJobs, "{}"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(created.error().message,
              HasSubstr("needs create on prowjobs.prow.k8s.io in namespace jobs: User"));
  EXPECT_EQ(http_.requests.size(), 1U);
}

TEST_F(TransportTest, RenewsARefusedCredentialOnce) {
  http_.Answer(401, "");
  http_.Answer(201, "{}");
  ASSERT_TRUE(Run(client().Create(kJobs, "{}")));
  EXPECT_THAT(request(1).headers, Contains(Pair("Authorization", "Bearer t2")));
  EXPECT_EQ(request(1).body, "{}");

  http_.Answer(401, "");
  http_.Answer(401, R"({"kind":"Status","message":"Unauthorized"})");
  const auto refused = Run(client().Create(kJobs, "{}"));
  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(http_.requests.size(), 4U);
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(TransportTest, SendsNothingWithoutACredential) {
  credentials_.error = Error{ErrorCode::kUnauthenticated, "the plugin failed", {}};
  const auto created = Run(client().Create(kJobs, "{}"));
  EXPECT_EQ(created.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(created.error().message, HasSubstr("the plugin failed"));
  EXPECT_THAT(http_.requests, IsEmpty());
}

TEST_F(TransportTest, RetriesTransientFaults) {
  http_.answers.emplace_back(Error{ErrorCode::kUnavailable, "connection reset", {}});
  http_.Answer(503, "");
  http_.Answer(500, R"({"kind":"Status","message":"etcdserver: leader changed"})");
  http_.Answer(201, "{}");
  ASSERT_TRUE(Run(client().Create(kJobs, "{}")));
  EXPECT_EQ(clock_.sleeps().size(), 3U);
  EXPECT_TRUE(logger_.Has("asked again"));
}

TEST_F(TransportTest, GivesUpAfterTheRetries) {
  options_.max_retries = 2;
  const auto got = Run(client().Get(kJobs, "a"));
  EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(got.error().message,
              HasSubstr("get prowjobs.prow.k8s.io in namespace jobs at https://h:6443: "));
  EXPECT_EQ(http_.requests.size(), 3U);
}

TEST_F(TransportTest, ReportsTheAlreadyExistsOfItsOwnRetry) {
  http_.answers.emplace_back(Error{ErrorCode::kUnavailable, "cut", {}});
  http_.Answer(409, R"({"kind":"Status","reason":"AlreadyExists"})");
  EXPECT_EQ(Run(client().Create(kJobs, "{}")).error().code, ErrorCode::kAlreadyExists);
}

TEST_F(TransportTest, WaitsAsLongAsTheServerAsks) {
  http_.Answer(429, "", {{"retry-after", "7"}});
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Get(kJobs, "a")));
  EXPECT_THAT(clock_.sleeps(), ElementsAre(seconds(7)));
}

TEST_F(TransportTest, LeavesALongWaitToTheCaller) {
  http_.Answer(429, "", {{"retry-after", "60"}});
  const auto got = Run(client().Get(kJobs, "a"));
  EXPECT_EQ(got.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(got.error().retry_after, seconds(60));
  EXPECT_EQ(http_.requests.size(), 1U);
}

TEST_F(TransportTest, DoesNotRetryWhatCannotHelp) {
  for (const ErrorCode code :
       {ErrorCode::kInvalidArgument, ErrorCode::kTooLarge, ErrorCode::kCancelled}) {
    http_.requests.clear();
    http_.answers.emplace_back(Error{code, "certificate has expired", {}});
    const auto got = Run(client().Get(kJobs, "a"));
    EXPECT_EQ(got.error().code, code);
    EXPECT_THAT(got.error().message, HasSubstr("at https://h:6443: certificate has expired"));
    EXPECT_EQ(http_.requests.size(), 1U);
  }
}

TEST_F(TransportTest, CountsAnswersByCode) {
  http_.answers.emplace_back(Error{ErrorCode::kUnavailable, "cut", {}});
  http_.Answer(401, "");
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Get(kJobs, "a")));
  const std::string text = metrics_->Expose();
  EXPECT_THAT(text, HasSubstr(R"(prow_coverage_kubernetes_requests_total{code="0"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(prow_coverage_kubernetes_requests_total{code="401"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(prow_coverage_kubernetes_requests_total{code="200"} 1)"));
}

TEST_F(TransportTest, StopsRetryingWhenCancelled) {
  boost::asio::cancellation_signal signal;
  http_.answer = [&](const http::Request&) -> Result<http::Response> {
    boost::asio::post(context_, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
    return Error{ErrorCode::kUnavailable, "cut", {}};
  };
  std::optional<Result<std::string>> got;
  boost::asio::co_spawn(context_, client().Get(kJobs, "a"),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](std::exception_ptr e, Result<std::string> result) {
                              EXPECT_FALSE(e);
                              got = result;
                            }));
  context_.run();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->error().code, ErrorCode::kCancelled);
  EXPECT_EQ(http_.requests.size(), 1U);
}

}  // namespace
}  // namespace prow_coverage::kube
