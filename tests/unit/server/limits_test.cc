#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.h"

namespace prow_coverage::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kLimit = 100;
constexpr auto kPatience = 50s;  // for megabytes through a sanitizer on a busy machine

Options SmallBodies() {
  auto options = RunningServer::LocalOptions();
  options.max_body_bytes = kLimit;
  return options;
}

std::string PostHead(std::size_t size, const std::string& more = "") {
  return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n" +
         more + "\r\n";
}

constexpr char kChunkedHead[] =
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(BodyLimit, TakesABodyOfExactlyTheLimit) {
  RunningServer server(SmallBodies());
  RawHttpClient client(server.port());
  const std::string body(kLimit, 'x');
  EXPECT_THAT(client.Exchange(PostHead(kLimit) + body), EndsWith("\r\n\r\n" + body));
  EXPECT_THAT(client.Exchange(kChunkedHead + ("64\r\n" + body + "\r\n0\r\n\r\n")),
              EndsWith("\r\n\r\n" + body));
}

TEST(BodyLimit, RefusesOneByteMore) {
  struct Row {
    const char* name;
    std::string request;
  };
  const std::string half(kLimit / 2, 'x');
  const Row rows[] = {
      {"Content-Length", PostHead(kLimit + 1) + half + half + "x"},
      {"Content-Length alone", PostHead(kLimit + 1)},
      {"one chunk", kChunkedHead + ("65\r\n" + half + half + "x\r\n0\r\n\r\n")},
      {"sum of chunks",
       kChunkedHead + ("32\r\n" + half + "\r\n32\r\n" + half + "\r\n1\r\nx\r\n0\r\n\r\n")},
      {"huge chunk", kChunkedHead + std::string("ffffffffffffffff\r\nx")},
  };
  RunningServer server(SmallBodies());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RawHttpClient client(server.port());
    const auto response = client.Exchange(row.request);
    EXPECT_THAT(response, StartsWith("HTTP/1.1 413 Payload Too Large\r\n"));
    EXPECT_THAT(response, EndsWith("the body is over the limit of 100 bytes"));
    EXPECT_TRUE(client.Closed());
  }
}

TEST(BodyLimit, RefusesADeclaredLengthWithoutContinue) {
  RunningServer server(SmallBodies());
  RawHttpClient client(server.port());
  EXPECT_THAT(client.Exchange(PostHead(kLimit + 1, "Expect: 100-continue\r\n")),
              StartsWith("HTTP/1.1 413 "));
}

// A client that sends all of its body before it reads the answer.
TEST(BodyLimit, LetsTheClientSeeTheAnswerToABodyOf26MiB) {
  RunningServer server;
  for (const auto& head : {PostHead(26 << 20), kChunkedHead + std::string("1a00000\r\n")}) {
    RawHttpClient client(server.port(), "127.0.0.1", kPatience);
    client.Send(head);
    EXPECT_TRUE(client.Send(std::string(26 << 20, 'x')));
    EXPECT_THAT(client.ReadUntilClose(), StartsWith("HTTP/1.1 413 "));
  }
}

TEST(BodyLimit, TakesALargeBodyWhole) {
  RunningServer server;
  RawHttpClient client(server.port(), "127.0.0.1", kPatience);
  const std::string body(25 << 20, 'x');
  client.Send(PostHead(body.size()));
  client.Send(body);
  const auto response = client.ReadResponse();
  EXPECT_THAT(response.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_TRUE(response.ends_with(body));
}

TEST(BodyLimit, BoundsAllBodiesTogether) {
  auto options = SmallBodies();
  options.max_total_body_bytes = kLimit;
  RunningServer server(options);
  const std::string half(kLimit / 2, 'x');
  RawHttpClient first(server.port());
  RawHttpClient second(server.port());
  first.Exchange(kGetHello);
  first.Send(PostHead(kLimit) + half);
  second.Exchange(kGetHello);  // by now the server has read the half
  const auto refused = second.Exchange(PostHead(kLimit) + half + "x");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(refused, HasSubstr("\r\nRetry-After: 10\r\n"));
  EXPECT_THAT(first.Exchange(half), StartsWith("HTTP/1.1 200 "));
  RawHttpClient third(server.port());
  EXPECT_THAT(third.Exchange(PostHead(kLimit) + half + half), StartsWith("HTTP/1.1 200 "));
}

TEST(BodyLimit, BoundsChunkHeadersAndTrailers) {
  auto options = RunningServer::LocalOptions();
  options.max_header_bytes = 1000;
  RunningServer server(options);
  const std::string long_text(70000, 'x');
  for (const auto& chunks : {"1;" + long_text, "0\r\nA: " + long_text}) {
    RawHttpClient client(server.port());
    EXPECT_THAT(client.Exchange(kChunkedHead + chunks), StartsWith("HTTP/1.1 400 "));
  }
}

TEST(HeaderLimit, TakesAHeaderOfExactlyTheLimit) {
  auto options = RunningServer::LocalOptions();
  options.max_header_bytes = 200;
  RunningServer server(options);
  const auto request = [](std::size_t size) {
    std::string text = "GET /hello HTTP/1.1\r\nHost: h\r\nA: ";
    return text + std::string(size - text.size() - 4, 'x') + "\r\n\r\n";
  };
  RawHttpClient client(server.port());
  EXPECT_THAT(client.Exchange(request(200)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client.Exchange(request(201)),
              StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
  EXPECT_TRUE(client.Closed());
}

TEST(HeaderLimit, RefusesAHeaderWithoutEnd) {
  struct Row {
    const char* name;
    std::string request;
  };
  std::string many_fields = "GET /hello HTTP/1.1\r\n";
  for (int i = 0; i < 300; ++i) many_fields += "a:\r\n";
  const Row rows[] = {
      {"target", "GET /" + std::string(70000, 'x')},
      {"value", "GET / HTTP/1.1\r\nA: " + std::string(70000, 'x')},
      {"many fields", many_fields},
  };
  RunningServer server;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RawHttpClient client(server.port());
    EXPECT_THAT(client.Exchange(row.request), StartsWith("HTTP/1.1 431 "));
    EXPECT_TRUE(client.Closed());
  }
}

TEST(TimeOut, EndsAHeaderThatDoesNotArrive) {
  auto options = RunningServer::LocalOptions();
  options.header_timeout = 40ms;
  RunningServer server(options);
  RawHttpClient client(server.port());
  client.Send("GET /hello HTTP/1.1\r\n");
  const auto response = client.ReadResponse();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_THAT(response, EndsWith("the header did not arrive within 40 ms"));
  EXPECT_TRUE(client.Closed());
}

TEST(TimeOut, CountsForTheWholeHeader) {
  auto options = RunningServer::LocalOptions();
  options.header_timeout = 40ms;
  options.max_header_bytes = std::size_t{16} << 20;  // not to be reached before
  RunningServer server(options);
  RawHttpClient client(server.port());
  client.Send("GET /hello HTTP/1.1\r\nA: ");
  while (client.Send("x") && server.statuses().empty()) {
  }
  EXPECT_THAT(server.statuses(), ElementsAre(408));
}

TEST(TimeOut, EndsABodyThatDoesNotArrive) {
  auto options = RunningServer::LocalOptions();
  options.body_timeout = 40ms;
  RunningServer server(options);
  for (const auto& request : {PostHead(10) + "abc", kChunkedHead + std::string("5\r\nabc")}) {
    RawHttpClient client(server.port());
    const auto response = client.Exchange(request);
    EXPECT_THAT(response, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
    EXPECT_THAT(response, EndsWith("the body did not arrive within 40 ms"));
    EXPECT_TRUE(client.Closed());
  }
}

TEST(TimeOut, CountsForTheWholeBody) {
  auto options = RunningServer::LocalOptions();
  options.body_timeout = 400ms;  // longer than a busy machine pauses the client
  RunningServer server(options);
  RawHttpClient client(server.port());
  client.Send(PostHead(20 << 20));
  while (client.Send("x") && server.statuses().empty()) {
  }
  EXPECT_THAT(server.statuses(), ElementsAre(408));
}

TEST(TimeOut, ClosesAnIdleConnectionWithoutAWord) {
  auto options = RunningServer::LocalOptions();
  options.idle_timeout = 40ms;
  RunningServer server(options);
  RawHttpClient client(server.port());
  client.Exchange(kGetHello);
  EXPECT_TRUE(client.Closed());
}

TEST(TimeOut, ClosesAConnectionThatNeverSaysAnything) {
  auto options = RunningServer::LocalOptions();
  options.header_timeout = 40ms;
  RunningServer server(options);
  RawHttpClient client(server.port());
  EXPECT_TRUE(client.Closed());
}

TEST(TimeOut, DoesNotCountWhileTheHandlerWorks) {
  auto options = RunningServer::LocalOptions();
  options.header_timeout = options.idle_timeout = options.body_timeout = 1ms;
  options.header_timeout = 500ms;
  RunningServer server(options);
  RawHttpClient held(server.port());
  held.Send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
  server.AwaitHeld(1);
  RawHttpClient idle(server.port());
  idle.Exchange(kGetHello);
  EXPECT_TRUE(idle.Closed());  // time-outs have passed
  server.Release();
  EXPECT_THAT(held.ReadResponse(), EndsWith("held"));
}

TEST(ConnectionLimit, MakesRoomAtTheExpenseOfTheLongestIdle) {
  auto options = RunningServer::LocalOptions();
  options.max_connections = 2;
  RunningServer server(options);
  RawHttpClient oldest(server.port());
  oldest.Exchange(kGetHello);
  RawHttpClient older(server.port());
  older.Exchange(kGetHello);
  RawHttpClient newest(server.port());
  EXPECT_THAT(newest.Exchange(kGetHello), EndsWith("hello"));
  EXPECT_TRUE(oldest.Closed());
  EXPECT_THAT(older.Exchange(kGetHello), EndsWith("hello"));
}

TEST(ConnectionLimit, LetsNewOnesWaitWhenAllAreBusy) {
  auto options = RunningServer::LocalOptions();
  options.max_connections = 2;
  RunningServer server(options);
  RawHttpClient first(server.port());
  RawHttpClient second(server.port());
  first.Send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
  second.Send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
  server.AwaitHeld(2);
  RawHttpClient third(server.port());
  third.Send(kGetHello);
  EXPECT_EQ(server.Connections(), 2u);
  EXPECT_TRUE(server.statuses().empty());
  server.Release();
  EXPECT_THAT(first.ReadUntilClose(), HasSubstr("\r\nConnection: close\r\n"));
  first.ShutdownSend();
  EXPECT_THAT(third.ReadResponse(), EndsWith("hello"));
}

}  // namespace
}  // namespace prow_coverage::server
