#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/github/credentials.h"

#include "support/fake_clock.h"
#include "support/fake_http_client.h"
#include "support/recording_logger.h"
#include "support/run_task.h"
#include "support/temp_dir.h"
#include "test_key.h"

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kEndpoint = "https://ghe.example/api/v3";
constexpr const char* kInstallations = R"([
    {"id":1,"account":{"login":"other"},"suspended_at":null},
    {"id":2,"account":{"login":"KubeVirt"},"suspended_at":null}])";
constexpr const char* kToken = R"({"token":"ghs_one","expires_at":"2026-08-19T11:00:00Z"})";

struct App : ::testing::Test {
  testing::TempDir dir;
  testing::FakeClock clock;
  testing::RecordingLogger logger;
  testing::FakeHttpClient http;
  std::unique_ptr<metrics::Metrics> metrics = metrics::MakePrometheusMetrics();
  boost::asio::io_context context;
  std::unique_ptr<Credentials> credentials;

  App() {
    const auto key = dir.Write("key.pem", TheKey().Pkcs1());
    credentials = MakeApp("123", key, clock, logger, *metrics).value();
  }

  Result<std::string> Ask(const std::string& org = "kubevirt") {
    return testing::RunTask(context, credentials->Authorization(http, kEndpoint, org));
  }
  void AnswerToken(const char* token = kToken) {
    http.Answer(200, kInstallations);
    http.Answer(201, token);
  }
};

std::string HeaderOf(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST_F(App, FindsTheInstallationByOrgWhateverItsCase) {
  AnswerToken();
  EXPECT_EQ(Ask("kubevirt").value(), "Bearer ghs_one");
  ASSERT_EQ(http.requests.size(), 2u);
  EXPECT_EQ(http.requests[0].url, "https://ghe.example/api/v3/app/installations?per_page=100");
  EXPECT_EQ(http.requests[1].method, "POST");
  EXPECT_EQ(http.requests[1].url, "https://ghe.example/api/v3/app/installations/2/access_tokens");
  EXPECT_THAT(HeaderOf(http.requests[1], "Authorization"), StartsWith("Bearer eyJ"));
  EXPECT_EQ(HeaderOf(http.requests[1], "X-GitHub-Api-Version"), "2022-11-28");
}

TEST_F(App, LooksThroughAllPages) {
  http.Answer(200, "[]",
              {{"link", R"(<https://other/api/v3/app/installations?page=2>; rel="next")"}});
  AnswerToken();
  ASSERT_TRUE(Ask());
  EXPECT_EQ(http.requests[1].url, "https://ghe.example/api/v3/app/installations?page=2");
}

TEST_F(App, StopsAtThirtyPages) {
  http.answer = [](const http::Request&) -> Result<http::Response> {
    return http::Response{200, {{"link", R"(</app/installations?page=2>; rel="next")"}}, "[]"};
  };
  EXPECT_EQ(Ask().error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(http.requests.size(), 30u);
}

TEST_F(App, UsesATokenUntilFiveMinutesBeforeItsEnd) {
  AnswerToken();
  ASSERT_TRUE(Ask());
  clock.Advance(54min);
  EXPECT_EQ(Ask("KUBEVIRT").value(), "Bearer ghs_one");
  EXPECT_EQ(http.requests.size(), 2u);
  clock.Advance(1min);
  AnswerToken(R"({"token":"ghs_two","expires_at":"2026-08-19T12:00:00Z"})");
  EXPECT_EQ(Ask().value(), "Bearer ghs_two");
}

TEST_F(App, UsesTheOldTokenWhenRenewingFails) {
  AnswerToken();
  ASSERT_TRUE(Ask());
  clock.Advance(56min);
  http.Answer(502, "");
  EXPECT_EQ(Ask().value(), "Bearer ghs_one");
}

TEST_F(App, DropsARefusedToken) {
  AnswerToken();
  ASSERT_TRUE(Ask());
  credentials->Refused("Bearer ghs_one", "KubeVirt");
  AnswerToken(R"({"token":"ghs_two","expires_at":"2026-08-19T11:00:00Z"})");
  EXPECT_EQ(Ask().value(), "Bearer ghs_two");
}

TEST_F(App, ReadsAChangedKeyFile) {
  AnswerToken();
  ASSERT_TRUE(Ask());
  const auto before = HeaderOf(http.requests[0], "Authorization");
  dir.Write("key.pem", TestKey::Rsa().Pkcs8());
  credentials->Refused("Bearer ghs_one", "kubevirt");
  AnswerToken();
  ASSERT_TRUE(Ask());
  // The clock has not moved, so that only the key can make the difference.
  EXPECT_NE(HeaderOf(http.requests[2], "Authorization"), before);
}

TEST_F(App, SaysWhatIsWrong) {
  struct Row {
    const char* name;
    std::vector<http::Response> answers;
    ErrorCode code;
    const char* part;
  };
  const Row rows[] = {
      {"not installed",
       {{200, {}, R"([{"id":1,"account":{"login":"other"}}])"}},
       ErrorCode::kPermissionDenied,
       "not installed in kubevirt"},
      {"suspended",
       {{200,
         {},
         R"([{"id":1,"account":{"login":"kubevirt"},"suspended_at":"2026-01-01T00:00:00Z"}])"}},
       ErrorCode::kPermissionDenied,
       "suspended in kubevirt"},
      {"key refused",
       {{401, {}, R"({"message":"A JSON web token could not be decoded"})"}},
       ErrorCode::kUnauthenticated,
       "could not be decoded"},
      {"rate limit", {{429, {{"retry-after", "7"}}, ""}}, ErrorCode::kRateLimited, "7 s"},
      {"down", {{503, {}, ""}}, ErrorCode::kUnavailable, "503"},
      {"HTML", {{200, {}, "<html>"}}, ErrorCode::kUnavailable, "not valid JSON"},
      {"no list", {{200, {}, R"({"message":"hello"})"}}, ErrorCode::kInvalidArgument, "array"},
      {"no id",
       {{200, {}, R"([{"account":{"login":"kubevirt"}}])"}},
       ErrorCode::kInvalidArgument,
       "id"},
      {"redirect", {{302, {{"location", "/x"}}, ""}}, ErrorCode::kInvalidArgument, "302"},
      {"no token",
       {{200, {}, kInstallations}, {201, {}, "{}"}},
       ErrorCode::kInvalidArgument,
       "token"},
      {"a token that would end the header",
       {{200, {}, kInstallations},
        {201, {}, R"({"token":"a\r\nX: y","expires_at":"2026-08-19T11:00:00Z"})"}},
       ErrorCode::kInvalidArgument,
       "token"},
      {"no end",
       {{200, {}, kInstallations}, {201, {}, R"({"token":"a","expires_at":"soon"})"}},
       ErrorCode::kInvalidArgument,
       "expires_at"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    http.answers.assign(row.answers.begin(), row.answers.end());
    const auto header = Ask();
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code, row.code);
    EXPECT_THAT(header.error().message, HasSubstr(row.part));
  }
}

TEST_F(App, NeedsANumberAndAnRsaKey) {
  const auto key = dir.Write("good.pem", TheKey().Pkcs8());
  for (const std::string_view id : {"", "abc", "-1", "12\"", "1234567890123456789"}) {
    SCOPED_TRACE(id);
    EXPECT_EQ(MakeApp(id, key, clock, logger, *metrics).error().code, ErrorCode::kInvalidArgument);
  }
  const auto bad = dir.Write("bad.pem", TestKey::Ec().Pkcs8());
  EXPECT_THAT(MakeApp("1", bad, clock, logger, *metrics).error().message,
              HasSubstr("bad.pem: not an RSA"));
  EXPECT_EQ(MakeApp("1", dir.path() / "none", clock, logger, *metrics).error().code,
            ErrorCode::kNotFound);
}

TEST_F(App, CountsItsCallsAsTheClientDoes) {
  AnswerToken();
  ASSERT_TRUE(Ask());
  const auto exposed = metrics->Expose();
  EXPECT_THAT(exposed, HasSubstr("prow_coverage_github_requests_total{code=\"200\"} 1"));
  EXPECT_THAT(exposed, HasSubstr("prow_coverage_github_requests_total{code=\"201\"} 1"));
}

// Answers in a later turn of the event loop, as a network does.
class SlowClient final : public http::Client {
 public:
  explicit SlowClient(testing::FakeHttpClient& answers) : answers_(answers) {}

  Task<Result<http::Response>> Send(http::Request request) override {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
    co_return co_await answers_.Send(std::move(request));
  }
  Task<Result<http::Response>> Stream(http::Request,
                                      std::function<Result<void>(std::string_view)>) override {
    co_return Error{ErrorCode::kInternal, "not used", {}};
  }

 private:
  testing::FakeHttpClient& answers_;
};

TEST_F(App, ManyCallersAskOnce) {
  SlowClient slow(http);
  AnswerToken();
  int served = 0;
  for (int i = 0; i < 100; ++i) {
    boost::asio::co_spawn(
        context,
        [&]() -> Task<void> {
          const std::string org = "kubevirt";
          const auto header = co_await credentials->Authorization(slow, kEndpoint, org);
          if (header && *header == "Bearer ghs_one") ++served;
        },
        boost::asio::detached);
  }
  context.run();
  EXPECT_EQ(served, 100);
  EXPECT_EQ(http.requests.size(), 2u);
}

// Whoever fetched it was the reconciler, say, which shutdown ends before the deliveries.
TEST_F(App, AsksAnewForThoseWhoWaitedWhenWhoeverFetchedWasCancelled) {
  SlowClient slow(http);
  http.answers.emplace_back(Error{ErrorCode::kCancelled, "ghe.example: cancelled", {}});
  AnswerToken();
  std::vector<Result<std::string>> headers;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(
        context,
        [&]() -> Task<void> {
          const std::string org = "kubevirt";
          headers.push_back(co_await credentials->Authorization(slow, kEndpoint, org));
        },
        boost::asio::detached);
  }
  context.run();
  ASSERT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers[0].error().code, ErrorCode::kCancelled);
  EXPECT_EQ(headers[1].value(), "Bearer ghs_one");
  EXPECT_EQ(headers[2].value(), "Bearer ghs_one");
  EXPECT_EQ(http.requests.size(), 3u);
}

}  // namespace
}  // namespace prow_coverage::github
