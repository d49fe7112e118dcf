#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.h"

namespace prow_coverage::server {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string Post(const std::string& path, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string Chunked(const std::string& path, const std::string& chunks) {
  return "POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

TEST(Http, AnswersWithTextOfKnownLength) {
  RunningServer server;
  RawHttpClient client(server.port());
  EXPECT_EQ(client.Exchange(Get("/hello")),
            "HTTP/1.1 200 OK\r\nDate: Wed, 19 Aug 2026 10:00:00 GMT\r\nContent-Type: text/plain; "
            "charset=utf-8\r\nContent-Length: 5\r\n"
            "\r\nhello");
}

TEST(Http, KeepsTheConnectionForTheNextRequest) {
  RunningServer server;
  RawHttpClient client(server.port());
  EXPECT_THAT(client.Exchange(Post("/echo", "first")), EndsWith("\r\n\r\nfirst"));
  EXPECT_THAT(client.Exchange(Post("/echo", "")), EndsWith("\r\n\r\n"));
  EXPECT_THAT(client.Exchange(Post("/echo", "third")), EndsWith("\r\n\r\nthird"));
}

TEST(Http, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(Post("/echo", "one") + Get("/hello") + Chunked("/echo", "3\r\ntwo\r\n0\r\n\r\n") +
              Get("/missing"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("one"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("hello"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("two"));
  EXPECT_THAT(client.ReadResponse(), StartsWith("HTTP/1.1 404"));
}

TEST(Http, ReadsARequestThatArrivesByteByByte) {
  RunningServer server;
  RawHttpClient client(server.port());
  for (const char byte : Chunked("/echo", "2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: x\r\n\r\n")) {
    client.Send({&byte, 1});
  }
  EXPECT_THAT(client.ReadResponse(), EndsWith("\r\n\r\nabc"));
}

TEST(Http, SkipsEmptyLinesBetweenRequests) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send("\r\n" + Get("/hello") + "\r\n\r\n" + Get("/hello"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("hello"));
  EXPECT_THAT(client.ReadResponse(), EndsWith("hello"));
}

TEST(Http, ClosesWhenTheClientAsksForIt) {
  struct Row {
    const char* name;
    const char* request;
  };
  const Row rows[] = {
      {"1.1", "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"},
      {"1.0", "GET /hello HTTP/1.0\r\n\r\n"},
  };
  RunningServer server;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RawHttpClient client(server.port());
    EXPECT_THAT(client.Exchange(row.request), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(client.Closed());
  }
}

TEST(Http, KeepsAnOldClientsConnectionOnRequest) {
  RunningServer server;
  RawHttpClient client(server.port());
  const std::string request = "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_THAT(client.Exchange(request), HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(client.Exchange(request), EndsWith("hello"));
}

TEST(Http, AnswersHeadWithoutABody) {
  RunningServer server;
  RawHttpClient client(server.port());
  for (const char* path : {"/hello", "/missing", "/stream"}) {
    SCOPED_TRACE(path);
    client.Send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    client.ReadUntil("\r\n\r\n");
  }
  EXPECT_THAT(client.Exchange(Get("/hello")), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Http, SendsNoContentWithoutALength) {
  RunningServer server;
  RawHttpClient client(server.port());
  EXPECT_EQ(client.Exchange(Get("/empty")),
            "HTTP/1.1 204 No Content\r\nDate: Wed, 19 Aug 2026 10:00:00 GMT\r\n\r\n");
  EXPECT_THAT(client.Exchange(Get("/hello")), EndsWith("hello"));
}

TEST(Http, GivesTheHandlerRawPathAndQuery) {
  RunningServer server;
  RawHttpClient client(server.port());
  EXPECT_THAT(client.Exchange(Get("/where?a=%20b")), EndsWith("/where|a=%20b"));
  EXPECT_THAT(client.Exchange(Get("http://proxy.example/where")), EndsWith("/where|"));
  EXPECT_THAT(client.Exchange(Get("/%77here")), StartsWith("HTTP/1.1 404"));
}

TEST(Http, NamesTheMethodsOfThePath) {
  RunningServer server;
  RawHttpClient client(server.port());
  const auto response = client.Exchange(Get("/echo"));
  EXPECT_THAT(response, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nAllow: POST\r\n"));
}

TEST(Http, SaysThatThePathIsUnknown) {
  RunningServer server;
  RawHttpClient client(server.port());
  const auto response = client.Exchange(Get("/missing"));
  EXPECT_THAT(response, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\nthere is nothing at /missing"));
}

TEST(Http, RefusesWhatIsMalformedAndCloses) {
  struct Row {
    const char* name;
    std::string request;
    const char* status;
  };
  const std::string post = "POST /echo HTTP/1.1\r\nHost: h\r\n";
  const Row rows[] = {
      {"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
      {"a list of lengths", post + "Content-Length: 1, 2\r\n\r\nab", "400"},
      {"length and chunked",
       post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"chunked and length",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", "400"},
      {"negative length", post + "Content-Length: -1\r\n\r\n", "400"},
      {"length out of range", post + "Content-Length: 99999999999999999999\r\n\r\n", "400"},
      {"length that is no number", post + "Content-Length: 1x\r\n\r\n", "400"},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", "501"},
      {"no Host", "GET /hello HTTP/1.1\r\n\r\n", "400"},
      {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"relative target", Get("hello"), "400"},
      {"control character in target", Get("/he\x01llo"), "400"},
      {"control character in method", "G\x01T /hello HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"control character in value", "GET /hello HTTP/1.1\r\nHost: h\x01\r\n\r\n", "400"},
      {"space before the colon", "GET /hello HTTP/1.1\r\nHost : h\r\n\r\n", "400"},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
      {"TLS", std::string("\x16\x03\x01\x00\xa5\x01\x00\x00", 8), "400"},
      {"no chunk size", Chunked("/echo", "zz\r\nab\r\n0\r\n\r\n"), "400"},
      {"chunk longer than said", Chunked("/echo", "1\r\nab\r\n0\r\n\r\n"), "400"},
      {"chunk size out of range", Chunked("/echo", "11111111111111111\r\nab\r\n"), "400"},
  };
  RunningServer server;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RawHttpClient client(server.port());
    const auto response = client.Exchange(row.request);
    EXPECT_THAT(response, StartsWith("HTTP/1.1 " + std::string(row.status)));
    EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(client.Closed());
  }
}

TEST(Http, AnswersWhatCameBeforeGarbage) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(Get("/hello") + "\x01garbage\r\n\r\n");
  EXPECT_THAT(client.ReadResponse(), EndsWith("hello"));
  EXPECT_THAT(client.ReadResponse(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(client.Closed());
}

TEST(Http, SaysThatARequestWasCutOff) {
  struct Row {
    const char* name;
    std::string request;
  };
  const Row rows[] = {
      {"header", "GET /hello HT"},
      {"body", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"},
      {"chunk", Chunked("/echo", "5\r\nabc")},
      {"last chunk", Chunked("/echo", "1\r\na\r\n")},
  };
  RunningServer server;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RawHttpClient client(server.port());
    client.Send(row.request);
    client.ShutdownSend();
    const auto response = client.ReadUntilClose();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(response, HasSubstr("cut off"));
  }
}

TEST(Http, AnswersAClientThatSendsNoMore) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(Post("/echo", "all"));
  client.ShutdownSend();
  EXPECT_THAT(client.ReadUntilClose(), EndsWith("\r\n\r\nall"));
}

TEST(Http, SendsContinueOnlyWhenTheBodyIsWanted) {
  RunningServer server;
  const std::string expect = "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  RawHttpClient wanted(server.port());
  wanted.Send("POST /echo HTTP/1.1\r\nHost: h\r\n" + expect);
  EXPECT_EQ(wanted.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(wanted.Exchange("hello"), EndsWith("\r\n\r\nhello"));
  EXPECT_THAT(wanted.Exchange(Get("/hello")), EndsWith("hello"));

  RawHttpClient unwanted(server.port());
  const auto response = unwanted.Exchange("POST /ignore HTTP/1.1\r\nHost: h\r\n" + expect);
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_TRUE(unwanted.Closed());
}

TEST(Http, SendsNoContinueWhenTheBodyIsThere) {
  RunningServer server;
  RawHttpClient client(server.port());
  EXPECT_THAT(client.Exchange("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                              "Expect: 100-continue\r\n\r\nab"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Http, ReadsAwayASmallBodyThatNobodyWanted) {
  RunningServer server;
  RawHttpClient client(server.port());
  for (const auto& request :
       {Post("/ignore", std::string(60000, 'x')), Chunked("/ignore", "5\r\nhello\r\n0\r\n\r\n"),
        Post("/missing", "hello")}) {
    EXPECT_THAT(client.Exchange(request), Not(HasSubstr("Connection: close")));
  }
  EXPECT_THAT(client.Exchange(Get("/hello")), EndsWith("hello"));
}

TEST(Http, TurnsAnExceptionInto500AndALogLine) {
  RunningServer server;
  RawHttpClient client(server.port());
  const auto response = client.Exchange(Get("/throw?x"));
  EXPECT_THAT(response, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(response, Not(HasSubstr("out of luck")));
  EXPECT_TRUE(client.Closed());
  const auto lines = server.logger().lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].fields.at("error"), "out of luck");
  EXPECT_EQ(lines[0].fields.at("target"), "/throw?x");

  RawHttpClient another(server.port());
  EXPECT_THAT(another.Exchange(Get("/hello")), EndsWith("hello"));
}

TEST(Http, ReportsTheStatusOfEveryAnswer) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Exchange(Get("/hello"));
  client.Exchange(Get("/missing"));
  client.Exchange(Get("/echo"));
  client.Exchange("garbage\r\n\r\n");
  EXPECT_THAT(server.statuses(), ElementsAre(200, 404, 405, 400));
}

}  // namespace
}  // namespace prow_coverage::server
