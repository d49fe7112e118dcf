#include "requester.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include "github_fixture.h"

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDown = "http://ghproxy";
constexpr const char* kUp = "https://api.github.com";

struct RequesterTest : GitHubFixture {
  // The status of what came of one GET (or POST, with a body) of /x.
  Result<Answer> Send(std::string body = "") {
    Requester requester({options, http, credentials, budget, clock, logger, *metrics});
    Call call{"o", "/x", std::move(body)};
    return Run(requester.Send(std::move(call)));
  }
  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const auto& request : http.requests) urls.push_back(request.url);
    return urls;
  }
  std::chrono::nanoseconds Slept() const {
    std::chrono::nanoseconds sum{0};
    for (const auto sleep : clock.sleeps()) sum += sleep;
    return sum;
  }
};

TEST_F(RequesterTest, SpeaksAsGitHubWantsIt) {
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(http.requests[0].method, "GET");
  EXPECT_EQ(HeaderOf(0, "Accept"), "application/vnd.github+json");
  EXPECT_EQ(HeaderOf(0, "X-GitHub-Api-Version"), "2022-11-28");
  EXPECT_THAT(HeaderOf(0, "User-Agent"), ::testing::StartsWith("prow-coverage/"));
  EXPECT_EQ(HeaderOf(0, "Authorization"), "Bearer secret");
  EXPECT_EQ(http.requests[0].timeout, 30s);
}

TEST_F(RequesterTest, AnonymousSendsNoAuthorization) {
  credentials.headers = {std::string()};
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  for (const auto& [name, value] : http.requests[0].headers) EXPECT_NE(name, "Authorization");
}

TEST_F(RequesterTest, AsksRightBeforeAWriteWhetherItMayStillBeSent) {
  bool leading = true;
  options.may_write = [&] { return leading; };
  http.answers.emplace_back(Error{ErrorCode::kUnavailable, "connection refused", {}});
  http.Answer(201, "{}");
  ASSERT_TRUE(Send("{}"));
  // Another replica takes over while the credential is renewed.
  credentials.when_asked = [&] { leading = false; };
  const auto refused = Send("{}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(http.requests.size(), 2u);
  http.Answer(200, "{}");
  EXPECT_TRUE(Send());
}

TEST_F(RequesterTest, FallsBackToTheNextEndpoint) {
  options.endpoints = {kDown, kUp};
  http.answers.emplace_back(Error{ErrorCode::kUnavailable, "connection refused", {}});
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(Urls(), (std::vector<std::string>{"http://ghproxy/x", "https://api.github.com/x"}));
  EXPECT_LE(Slept(), 2s);
}

TEST_F(RequesterTest, GoesRoundTheEndpointsUntilRetriesAreSpent) {
  options.endpoints = {kDown, kUp};
  options.max_retries = 3;
  http.answer = [](const http::Request&) -> Result<http::Response> {
    return http::Response{502, {}, "<html>Bad gateway</html>"};
  };
  const auto answer = Send();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(answer.error().message, "GitHub GET /x at api.github.com: answered 502");
  EXPECT_EQ(Urls(), (std::vector<std::string>{"http://ghproxy/x", "https://api.github.com/x",
                                              "http://ghproxy/x", "https://api.github.com/x"}));
}

TEST_F(RequesterTest, AnAnswerThatIsNoJsonIsAFault) {
  for (const char* body : {"<html>sign in</html>", R"({"sha":)", ""}) {
    SCOPED_TRACE(body);
    options.max_retries = 1;
    http.Answer(200, body);
    http.Answer(200, R"({"good":true})");
    EXPECT_TRUE(Send());
  }
  options.max_retries = 0;
  http.Answer(200, "<html>");
  EXPECT_EQ(Send().error().code, ErrorCode::kUnavailable);
}

TEST_F(RequesterTest, NotModifiedIsAFaultWhenNothingIsKnown) {
  options.max_retries = 0;
  http.Answer(304, "");
  EXPECT_EQ(Send().error().code, ErrorCode::kUnavailable);
}

TEST_F(RequesterTest, NobodyCallsBeforeRetryAfterIsOver) {
  options.back_off.max = 5s;
  http.Answer(429, "", {{"retry-after", "7"}});
  const auto begin = clock.Monotonic();
  const auto limited = Send();
  EXPECT_EQ(limited.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(limited.error().retry_after, 7s);

  // Another client, as of another worker, on the same budget.
  options.back_off.max = 120s;
  std::vector<MonotonicTime> called;
  http.answer = [&](const http::Request&) -> Result<http::Response> {
    called.push_back(clock.Monotonic());
    return http::Response{200, {}, "{}"};
  };
  ASSERT_TRUE(Send());
  ASSERT_EQ(called.size(), 1u);
  EXPECT_GE(called[0] - begin, 7s);
  EXPECT_LE(called[0] - begin, 8750ms);  // a quarter more, to spread the callers
}

TEST_F(RequesterTest, WaitsAndAsksTheSameEndpointAgain) {
  options.endpoints = {kDown, kUp};
  http.Answer(403, "", {{"retry-after", "7"}});
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(Urls(), (std::vector<std::string>{"http://ghproxy/x", "http://ghproxy/x"}));
  EXPECT_GE(Slept(), 7s);
}

TEST_F(RequesterTest, ABlockLongerThanACallMayWaitIsTheCallers) {
  budget.Block("api.github.com", clock.Monotonic() + 121s);
  const auto limited = Send();
  EXPECT_EQ(limited.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(limited.error().retry_after, 121s);
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(RequesterTest, ABlockOfOneHostDoesNotHoldAnother) {
  options.endpoints = {kDown};
  budget.Block("api.github.com", clock.Monotonic() + 1h);
  http.Answer(200, "{}");
  EXPECT_TRUE(Send());
}

TEST_F(RequesterTest, AnAbsurdResetIsBounded) {
  http.Answer(403, "", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "32503680000"}});
  EXPECT_EQ(Send().error().retry_after, 1h);
  EXPECT_LE(budget.Blocked("api.github.com", clock.Monotonic()), 1h);
}

TEST_F(RequesterTest, ARateLimitOfTheCredentialsOwnCallBlocksTheHost) {
  credentials.headers = {Error{ErrorCode::kRateLimited, "no token", 300s}};
  EXPECT_EQ(Send().error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(budget.Blocked("api.github.com", clock.Monotonic()), 300s);
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(RequesterTest, ALimitThatIsToldWhileTheCredentialIsFetchedHolds) {
  const auto begin = clock.Monotonic();
  credentials.when_asked = [&] { budget.Block("api.github.com", begin + 7s); };
  MonotonicTime called;
  http.answer = [&](const http::Request&) -> Result<http::Response> {
    called = clock.Monotonic();
    return http::Response{200, {}, "{}"};
  };
  ASSERT_TRUE(Send());
  EXPECT_GE(called - begin, 7s);
}

TEST_F(RequesterTest, EndsWhenItIsCancelledWhileItWaits) {
  boost::asio::cancellation_signal cancel;
  http.answer = [&](const http::Request&) -> Result<http::Response> {
    // Its turn comes when the call sleeps.
    boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
    return http::Response{502, {}, ""};
  };
  Requester requester({options, http, credentials, budget, clock, logger, *metrics});
  std::optional<ErrorCode> code;
  const auto call = [&]() -> Task<void> {
    Call get{"o", "/x"};
    const auto answer = co_await requester.Send(std::move(get));
    code = answer.error().code;
  };
  boost::asio::co_spawn(context, call,
                        boost::asio::bind_cancellation_slot(cancel.slot(), boost::asio::detached));
  context.run();
  EXPECT_EQ(code, ErrorCode::kCancelled);
  EXPECT_EQ(http.requests.size(), 1u);
}

TEST_F(RequesterTest, LeavesAHostAloneThatAnswers503WithRetryAfter) {
  http.Answer(503, "{}", {{"retry-after", "7"}});
  http.Answer(200, "{}");
  const auto begin = clock.Monotonic();
  ASSERT_TRUE(Send());
  EXPECT_GE(clock.Monotonic() - begin, 7s);
}

TEST_F(RequesterTest, WaitsForTheThrottle) {
  HostBudget throttled({3600, 1});
  Requester requester({options, http, credentials, throttled, clock, logger, *metrics});
  for (int i = 0; i < 3; ++i) {
    http.Answer(200, "{}");
    Call call{"o", "/x"};
    ASSERT_TRUE(Run(requester.Send(std::move(call))));
  }
  EXPECT_GE(Slept(), 2s);
}

TEST_F(RequesterTest, WaitsForTheThrottleOfTheCallsOrganization) {
  HostBudget throttled({}, {{"slow", {3600, 1}}});
  Requester requester({options, http, credentials, throttled, clock, logger, *metrics});
  for (const char* org : {"slow", "fast", "fast", "slow"}) {
    http.Answer(200, "{}");
    Call call{org, "/x"};
    ASSERT_TRUE(Run(requester.Send(std::move(call))));
  }
  EXPECT_GE(Slept(), 1s);
  EXPECT_LT(Slept(), 2s);
}

TEST_F(RequesterTest, RetriesAReadThatIsNotFoundYet) {
  http.Answer(404, R"({"message":"Not Found"})");
  http.Answer(200, "{}");
  EXPECT_TRUE(Send());
  EXPECT_EQ(clock.sleeps(), (std::vector<std::chrono::nanoseconds>{2s}));
}

TEST_F(RequesterTest, ReadsARefusedCredentialAgainOnce) {
  credentials.headers = {std::string("Bearer old"), std::string("Bearer new")};
  http.Answer(401, R"({"message":"Bad credentials"})");
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(credentials.refused, (std::vector<std::string>{"Bearer old"}));
  EXPECT_EQ(HeaderOf(1, "Authorization"), "Bearer new");
}

TEST_F(RequesterTest, ReadsACredentialAgainThatMayNotDoThis) {
  credentials.headers = {std::string("Bearer old"), std::string("Bearer new")};
  http.Answer(403, R"({"message":"Resource not accessible by integration"})");
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(credentials.refused, (std::vector<std::string>{"Bearer old"}));
  EXPECT_EQ(HeaderOf(1, "Authorization"), "Bearer new");
}

TEST_F(RequesterTest, GivesUpOnASecond401) {
  http.Answer(401, R"({"message":"Bad credentials"})");
  http.Answer(401, R"({"message":"Bad credentials"})");
  const auto answer = Send();
  EXPECT_EQ(answer.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(answer.error().message, HasSubstr("Bad credentials"));
  EXPECT_EQ(http.requests.size(), 2u);
}

TEST_F(RequesterTest, FollowsARedirectOnItsOwnEndpointOnly) {
  options.endpoints = {"https://ghe.example/api/v3"};
  http.Answer(301, "", {{"location", "https://evil.example/api/v3/repositories/7/x"}});
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  EXPECT_EQ(http.requests[1].url, "https://ghe.example/api/v3/repositories/7/x");
}

TEST_F(RequesterTest, EndsARedirectThatGoesRound) {
  http.answer = [](const http::Request&) -> Result<http::Response> {
    return http::Response{302, {{"location", "/x"}}, ""};
  };
  EXPECT_EQ(Send().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(http.requests.size(), 4u);
}

TEST_F(RequesterTest, RefusesARedirectToWhatIsNoPath) {
  http.Answer(302, "", {{"location", "https://api.github.com/a/../../b"}});
  EXPECT_EQ(Send().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(http.requests.size(), 1u);
}

TEST_F(RequesterTest, RepeatsAPostWithItsBody) {
  http.Answer(500, "");
  http.Answer(307, "", {{"location", "/y"}});
  http.Answer(201, "{}");
  ASSERT_TRUE(Send(R"({"a":1})"));
  ASSERT_EQ(http.requests.size(), 3u);
  EXPECT_EQ(http.requests[2].method, "POST");
  EXPECT_EQ(http.requests[2].url, "https://api.github.com/y");
  EXPECT_EQ(http.requests[2].body, R"({"a":1})");
}

TEST_F(RequesterTest, APathThatLeadsElsewhereIsNotSent) {
  Requester requester({options, http, credentials, budget, clock, logger, *metrics});
  Call call{"o", "/repos/../user"};
  EXPECT_EQ(Run(requester.Send(std::move(call))).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(RequesterTest, CountsEachAnswerByItsCode) {
  http.answers.emplace_back(Error{ErrorCode::kUnavailable, "cut", {}});
  http.Answer(502, "");
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  const auto text = metrics->Expose();
  for (const char* code : {"0", "502", "200"}) {
    EXPECT_THAT(text, HasSubstr("prow_coverage_github_requests_total{code=\"" + std::string(code) +
                                "\"} 1"));
  }
}

TEST_F(RequesterTest, WarnsOfARateLimitWithHostAndSeconds) {
  http.Answer(429, "", {{"retry-after", "7"}});
  http.Answer(200, "{}");
  ASSERT_TRUE(Send());
  int warnings = 0;
  for (const auto& line : logger.lines()) {
    if (line.level != LogLevel::kWarning) continue;
    ++warnings;
    EXPECT_EQ(line.fields.at("host"), "api.github.com");
    EXPECT_EQ(line.fields.at("seconds"), "7");
  }
  EXPECT_EQ(warnings, 1);
}

TEST_F(RequesterTest, TellsNoSecretToTheLog) {
  options.endpoints = {"http://user:secret@ghproxy"};
  http.Answer(502, "");
  http.Answer(401, "");
  http.Answer(403, R"({"message":"no"})");
  const auto answer = Send();
  EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
  for (const auto& line : logger.lines()) {
    for (const auto& [key, value] : line.fields) EXPECT_THAT(value, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace prow_coverage::github
