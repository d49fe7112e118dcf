#include <chrono>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include "client_fixture.h"

namespace prow_coverage::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr char kChunkedHeader[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n";

std::string Chunk(const std::string& data) {
  return std::string(1, "0123456789abcdef"[data.size()]) + "\r\n" + data + "\r\n";
}

class StreamTest : public ClientFixture {
 protected:
  Result<Response> Stream(Request request, std::function<Result<void>(std::string_view)> on_data) {
    return testing::RunTask(context_, client_->Stream(std::move(request), std::move(on_data)));
  }

  Result<Response> Stream(Request request) {
    return Stream(std::move(request), [this](std::string_view data) {
      data_ += data;
      return Result<void>();
    });
  }

  std::string data_;
};

TEST_F(StreamTest, HandsOverEachPieceAndReturnsTheHeaders) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer{{kChunkedHeader, Chunk("one "), Chunk("two"), "0\r\n\r\n"},
                      TinyAnswer::Then::kKeepAlive,
                      milliseconds(5)};
  });
  const auto response = Stream(Get(server.Url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("x-a"), "b");
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(data_, "one two");
}

TEST_F(StreamTest, HandsOverAPieceBeforeTheNextIsSent) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer{{kChunkedHeader, Chunk("one")}, TinyAnswer::Then::kHang};
  });
  const auto response = Stream(Get(server.Url("/")), [](std::string_view data) -> Result<void> {
    return Error{ErrorCode::kExpired, "enough: " + std::string(data), {}};
  });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{ErrorCode::kExpired, "enough: one", {}}));
}

TEST_F(StreamTest, IsNotBoundByMaxResponseBytes) {
  TinyHttpServer server(
      [](const TinyRequest&) { return TinyAnswer::Of(200, std::string(5000, 'x')); });
  Request request = Get(server.Url("/"));
  request.max_response_bytes = 1000;
  ASSERT_TRUE(Stream(request));
  EXPECT_EQ(data_.size(), 5000);
}

TEST_F(StreamTest, CollectsTheBodyOfARefusal) {
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(410, "too old"); });
  const auto response = Stream(Get(server.Url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 410);
  EXPECT_EQ(response->body, "too old");
  EXPECT_EQ(data_, "");
}

TEST_F(StreamTest, EndsAfterTheLongestSilence) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer{{kChunkedHeader, Chunk("one")}, TinyAnswer::Then::kHang};
  });
  Request request = Get(server.Url("/"));
  request.timeout = milliseconds(100);
  const auto response = Stream(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr("nothing arrived for 100 ms"));
  EXPECT_EQ(data_, "one");
}

TEST_F(StreamTest, LastsLongerThanItsTimeOutWhileDataArrives) {
  TinyHttpServer server([](const TinyRequest&) {
    TinyAnswer answer{{kChunkedHeader}, TinyAnswer::Then::kKeepAlive, milliseconds(40)};
    for (int i = 0; i < 10; ++i) answer.pieces.push_back(Chunk("x"));
    answer.pieces.emplace_back("0\r\n\r\n");
    return answer;
  });
  Request request = Get(server.Url("/"));
  request.timeout = milliseconds(300);
  const auto response = Stream(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(data_, "xxxxxxxxxx");
}

TEST_F(StreamTest, TakesACutStreamForAFault) {
  TinyHttpServer server([](const TinyRequest&) {
    return TinyAnswer{{kChunkedHeader, Chunk("one")}, TinyAnswer::Then::kClose};
  });
  const auto response = Stream(Get(server.Url("/")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
}

TEST_F(StreamTest, TurnsAnExceptionOfOnDataIntoAnError) {
  TinyHttpServer server([](const TinyRequest&) { return TinyAnswer::Of(200, "x"); });
  const auto response = Stream(Get(server.Url("/")), [](std::string_view) -> Result<void> {
    throw std::runtime_error("broken");
  });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kInternal);
}

TEST_F(StreamTest, AllowsANewRequestFromWithinOnData) {
  TinyHttpServer server([](const TinyRequest& request) {
    return TinyAnswer::Of(200, request.target == "/stream" ? "go" : "inner");
  });
  std::string inner;
  const auto response = Stream(Get(server.Url("/stream")), [&](std::string_view) {
    boost::asio::co_spawn(
        context_,
        [&]() -> Task<void> {
          const auto answer = co_await client_->Send(Get(server.Url("/")));
          inner = answer ? answer->body : answer.error().message;
        },
        boost::asio::detached);
    return Result<void>();
  });
  ASSERT_TRUE(response) << response.error().message;
  while (inner.empty() && context_.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  EXPECT_EQ(inner, "inner");
}

}  // namespace
}  // namespace prow_coverage::http
