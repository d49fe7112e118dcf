#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.h"

namespace prow_coverage::server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kGetStream = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetTicks = "GET /ticks HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Stream, IsChunkedAndKeepsTheConnection) {
  RunningServer server;
  RawHttpClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.Send(kGetStream);
    const auto response = client.ReadUntil("\r\n0\r\n\r\n");
    EXPECT_THAT(response, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_THAT(response, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(response, EndsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"));
  }
}

TEST(Stream, EndsWithTheConnectionForAnOldClient) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto response = client.ReadUntilClose();
  EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\nonetwothree"));
}

TEST(Stream, IsCutWhenItsWriterThrows) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send("GET /torn HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.ReadUntilClose(), EndsWith("3\r\none\r\n"));
  EXPECT_TRUE(server.logger().Has("threw"));
}

TEST(Stream, EndsWhenTheClientGoesAway) {
  RunningServer server;
  std::optional<RawHttpClient> client(std::in_place, server.port());
  client->Send(kGetTicks);
  client->ReadUntil("tick");
  client.reset();
  EXPECT_TRUE(server.AwaitTicksEnded());
}

TEST(Stream, EndsWhenTheClientTakesNothing) {
  auto options = RunningServer::LocalOptions();
  options.body_timeout = std::chrono::milliseconds(40);
  RunningServer server(options);
  RawHttpClient client(server.port());
  client.Send(kGetTicks);
  EXPECT_TRUE(server.AwaitTicksEnded());
}

TEST(Reply, CannotBeMadeToHoldAnotherHeaderField) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(kGetStream);
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("\r\nX-Injected: a  X-Evil: b\r\n"));
}

}  // namespace
}  // namespace prow_coverage::server
