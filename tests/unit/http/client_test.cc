#include <atomic>
#include <chrono>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include "client_fixture.h"

namespace prow_coverage::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

class ClientTest : public ClientFixture {};

TinyAnswer Hang() { return {{}, TinyAnswer::Then::kHang}; }

// A port that nobody listens on.
std::uint16_t FreePort() {
  boost::asio::io_context context;
  using Tcp = boost::asio::ip::tcp;
  return Tcp::acceptor(context, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0))
      .local_endpoint()
      .port();
}

TEST_F(ClientTest, ReturnsStatusHeadersAndBody) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer::Of(404, "no such thing", "X-RateLimit-Remaining:  17 \r\nETag: \"a\"\r\n");
  });
  const auto response = Send(Get(server.Url("/x?y=1")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no such thing");
  EXPECT_EQ(response->header("x-ratelimit-remaining"), "17");
  EXPECT_EQ(server.requests().at(0).target, "/x?y=1");
}

TEST_F(ClientTest, SendsMethodHeadersAndBodyAsGiven) {
  struct Row {
    const char* method;
    const char* body;
  };
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(200, ""); });
  for (const Row& row : {Row{"POST", "{\"a\":1}"}, Row{"POST", ""}, Row{"PUT", "x"},
                         Row{"PATCH", "y"}, Row{"DELETE", ""}, Row{"DELETE", "{}"}}) {
    SCOPED_TRACE(std::string(row.method) + " " + row.body);
    Request request = Get(server.Url("/"));
    request.method = row.method;
    request.body = row.body;
    request.headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}};
    ASSERT_TRUE(Send(request));
    const TinyRequest seen = server.requests().back();
    EXPECT_EQ(seen.method, row.method);
    EXPECT_EQ(seen.body, row.body);
    EXPECT_EQ(seen.headers.at("authorization"), "Bearer t");
    EXPECT_EQ(seen.headers.count("x-empty"), 1);
    EXPECT_EQ(seen.headers.count("content-type"), 0) << "libcurl would call it a form";
  }
}

TEST_F(ClientTest, DoesNotWaitFor100Continue) {
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(200, ""); });
  Request request = Get(server.Url("/"));
  request.method = "POST";
  request.body = std::string(2'000'000, 'x');  // libcurl asks for it over 1 MiB
  ASSERT_TRUE(Send(request));
  EXPECT_EQ(server.requests().at(0).headers.count("expect"), 0);
  EXPECT_EQ(server.requests().at(0).body.size(), request.body.size());
}

TEST_F(ClientTest, ReturnsTheFinalAnswerAfterAnInterimOne) {
  TinyHttpServer server([](const TinyRequest&) {
    TinyAnswer answer = TinyAnswer::Of(201, "made");
    answer.pieces[0].insert(0, "HTTP/1.1 103 Early Hints\r\nLink: </style>\r\n\r\n");
    return answer;
  });
  const auto response = Send(Get(server.Url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->header("link"), std::nullopt);
}

TEST_F(ClientTest, AnswersHeadWithoutWaitingForABody) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"}};
  });
  Request request = Get(server.Url("/"));
  request.method = "HEAD";
  const auto response = Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
}

TEST_F(ClientTest, ReusesTheConnection) {
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(200, "x"); });
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Send(Get(server.Url("/"))));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientTest, LeavesNothingOfOneRequestToTheNext) {
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(200, "x"); });
  Request first = Get(server.Url("/"));
  first.method = "POST";
  first.body = "secret";
  first.headers = {{"Authorization", "Bearer secret"}};
  ASSERT_TRUE(Send(first));
  ASSERT_TRUE(Send(Get(server.Url("/"))));
  const TinyRequest second = server.requests().at(1);
  EXPECT_EQ(second.method, "GET");
  EXPECT_EQ(second.body, "");
  EXPECT_EQ(second.headers.count("authorization"), 0);
}

TEST_F(ClientTest, RunsAThousandRequestsOnOneThread) {
  TinyHttpServer server([](const TinyRequest& request) {
    TinyAnswer answer = TinyAnswer::Of(200, request.target);
    answer.pause = milliseconds(10);
    return answer;
  });
  int good = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/" + std::to_string(i);
    boost::asio::co_spawn(
        context_,
        [&, path]() -> Task<void> {
          const auto response = co_await client_->Send(Get(server.Url(path)));
          if (response && response->body == path) ++good;
        },
        boost::asio::detached);
  }
  while (good < 1000 && context_.run_one_for(std::chrono::seconds(20)) > 0) {
  }
  EXPECT_EQ(good, 1000);
  EXPECT_LE(server.connections(), 256);
}

TEST_F(ClientTest, TimesOutAsAWhole) {
  TinyHttpServer server([](const TinyRequest&) { return Hang(); });
  Request request = Get(server.Url("/"));
  request.timeout = milliseconds(100);
  const auto response = Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(response.error().message, HasSubstr("timed out"));
}

TEST_F(ClientTest, SaysThatAConnectionWasRefused) {
  const auto response = Send(Get("http://127.0.0.1:" + std::to_string(FreePort()) + "/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1"));
}

TEST_F(ClientTest, SaysThatAHostIsUnknown) {
  const auto response = Send(Get("http://no-such-host.invalid/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr("no-such-host.invalid"));
}

TEST_F(ClientTest, TakesACutAnswerForAFault) {
  struct Row {
    const char* name;
    const char* sent;
  };
  for (const Row& row :
       {Row{"nothing", ""}, Row{"header", "HTTP/1.1 200 OK\r\nContent-"},
        Row{"body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"},
        Row{"chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12"},
        Row{"no HTTP", "SSH-2.0-OpenSSH\r\n"}}) {
    SCOPED_TRACE(row.name);
    TinyHttpServer server([&](const TinyRequest&) {
      return TinyAnswer{{row.sent}, TinyAnswer::Then::kClose};
    });
    const auto response = Send(Get(server.Url("/")));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  }
}

TEST_F(ClientTest, RefusesAnAnswerOverTheLimit) {
  TinyHttpServer server(
      [](const TinyRequest&) { return TinyAnswer::Of(200, std::string(1001, 'x')); });
  Request request = Get(server.Url("/"));
  request.max_response_bytes = 1000;
  const auto response = Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(response.error().message, HasSubstr("1000 bytes"));
}

TEST_F(ClientTest, TakesAnAnswerOfExactlyTheLimit) {
  TinyHttpServer server(
      [](const TinyRequest&) { return TinyAnswer::Of(200, std::string(1000, 'x')); });
  Request request = Get(server.Url("/"));
  request.max_response_bytes = 1000;
  EXPECT_TRUE(Send(request));
}

TEST_F(ClientTest, RefusesAnEndlessHeader) {
  TinyHttpServer server([](const TinyRequest&) {
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += "X-Filler: " + std::string(1000, 'x') + "\r\n";
    return TinyAnswer::Of(200, "", lines);
  });
  const auto response = Send(Get(server.Url("/")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTooLarge);
}

TEST_F(ClientTest, DoesNotFollowARedirect) {
  TinyHttpServer other([](const TinyRequest&) { return TinyAnswer::Of(200, "stolen"); });
  TinyHttpServer server([&](const TinyRequest&) {
    return TinyAnswer::Of(302, "", "Location: " + other.Url("/") + "\r\n");
  });
  const auto response = Send(Get(server.Url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->header("location"), other.Url("/"));
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(ClientTest, RefusesARequestThatCannotBeSent) {
  struct Row {
    const char* name;
    const char* method;
    const char* url;
    std::pair<std::string, std::string> header;
  };
  const std::pair<std::string, std::string> fine{"X-Name", "value"};
  for (const Row& row :
       {Row{"no scheme", "GET", "api.github.com/x", fine},
        Row{"file", "GET", "file:///etc/passwd", fine}, Row{"empty", "GET", "", fine},
        Row{"space", "GET", "http://127.0.0.1/a b", fine},
        Row{"line end", "GET", "http://127.0.0.1/a\r\nX: y", fine},
        Row{"bad port", "GET", "http://127.0.0.1:99999/", fine},
        Row{"method", "GE T", "http://127.0.0.1/", fine},
        Row{"header name", "GET", "http://127.0.0.1/", {"X Y", "v"}},
        Row{"header value", "GET", "http://127.0.0.1/", {"X", "v\r\nY: z"}}}) {
    SCOPED_TRACE(row.name);
    Request request = Get(row.url);
    request.method = row.method;
    request.headers = {row.header};
    const auto response = Send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST_F(ClientTest, NeverTellsACredential) {
  const std::string port = std::to_string(FreePort());
  for (const std::string& url :
       {"http://user:s3cret@127.0.0.1:" + port + "/?token=s3cret",
        std::string("http://user:s3cret@bad host/"), std::string("ftp://user:s3cret@127.0.0.1/")}) {
    SCOPED_TRACE(url);
    Request request = Get(url);
    request.headers = {{"Authorization", "s3cret"}};
    const auto response = Send(request);
    ASSERT_FALSE(response);
    EXPECT_THAT(response.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST_F(ClientTest, GoesThroughTheProxy) {
  TinyHttpServer proxy([](const TinyRequest&) { return TinyAnswer::Of(200, "by proxy"); });
  Request request = Get("http://api.invalid/x");
  request.proxy = proxy.Url("");
  const auto response = Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "by proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://api.invalid/x");
}

TEST_F(ClientTest, NeverTellsTheProxysCredential) {
  const std::string port = std::to_string(FreePort());
  for (const std::string& proxy :
       {"http://user:s3cret@127.0.0.1:" + port, "ftp://user:s3cret@127.0.0.1:" + port,
        std::string("http://user:s3cret@bad host"), std::string("http://user:s3cret@x:port")}) {
    SCOPED_TRACE(proxy);
    Request request = Get("http://api.invalid/x");
    request.proxy = proxy;
    const auto response = Send(request);
    ASSERT_FALSE(response);
    EXPECT_THAT(response.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST_F(ClientTest, EndsWhatIsUnderWayWhenItGoes) {
  TinyHttpServer server([](const TinyRequest&) { return Hang(); });
  int cancelled = 0;
  for (int i = 0; i < 300; ++i) {  // more than run at once
    boost::asio::co_spawn(
        context_,
        [&]() -> Task<void> {
          const auto response = co_await client_->Send(Get(server.Url("/")));
          if (!response && response.error().code == ErrorCode::kCancelled) ++cancelled;
        },
        boost::asio::detached);
  }
  while (server.requests().empty()) context_.run_one();
  client_.reset();
  context_.run_for(std::chrono::seconds(10));
  EXPECT_EQ(cancelled, 300);
}

TEST_F(ClientTest, MayGoTogetherWithItsContextWhileARequestIsUnderWay) {
  TinyHttpServer server([](const TinyRequest&) { return Hang(); });
  bool resumed = false;
  auto context = std::make_unique<boost::asio::io_context>(1);
  auto client = MakeCurlClient(context->get_executor());
  boost::asio::co_spawn(
      *context,
      [&]() -> Task<void> {
        static_cast<void>(co_await client->Send(Get(server.Url("/"))));
        resumed = true;
      },
      boost::asio::detached);
  while (server.requests().empty()) context->run_one();
  client.reset();
  context.reset();
  EXPECT_FALSE(resumed);
}

TEST_F(ClientTest, EndsARequestWhoseCoroutineIsCancelled) {
  TinyHttpServer server([](const TinyRequest& request) {
    return request.target == "/hang" ? Hang() : TinyAnswer::Of(200, "next");
  });
  boost::asio::cancellation_signal signal;
  std::optional<Result<Response>> result;
  boost::asio::co_spawn(
      context_, [&]() -> Task<void> { result = co_await client_->Send(Get(server.Url("/hang"))); },
      boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  while (server.requests().empty()) context_.run_one();
  signal.emit(boost::asio::cancellation_type::terminal);
  while (!result && context_.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().code, ErrorCode::kCancelled);
  const auto next = Send(Get(server.Url("/")));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->body, "next");
}

TEST_F(ClientTest, SleepsWhileRequestsWaitForTheirTurn) {
  TinyHttpServer server([](const TinyRequest&) { return Hang(); });
  for (int i = 0; i < 300; ++i) {
    boost::asio::co_spawn(context_, client_->Send(Get(server.Url("/"))), boost::asio::detached);
  }
  while (server.requests().size() < 256) context_.run_one();
  // A loop would never leave a moment without anything to do.
  bool slept = false;
  for (int i = 0; i < 100 && !slept; ++i) {
    slept = context_.run_for(std::chrono::milliseconds(20)) == 0;
  }
  EXPECT_TRUE(slept);
}

TEST_F(ClientTest, EndsARequestThatIsCancelledWhileItWaitsForItsTurn) {
  TinyHttpServer server([](const TinyRequest&) { return Hang(); });
  boost::asio::cancellation_signal signal;
  std::optional<Result<Response>> result;
  for (int i = 0; i < 256; ++i) {
    boost::asio::co_spawn(context_, client_->Send(Get(server.Url("/"))), boost::asio::detached);
  }
  boost::asio::co_spawn(
      context_, [&]() -> Task<void> { result = co_await client_->Send(Get(server.Url("/"))); },
      boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  while (server.requests().empty()) context_.run_one();
  signal.emit(boost::asio::cancellation_type::terminal);
  while (!result && context_.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace prow_coverage::http
