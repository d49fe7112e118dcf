#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.h"

namespace prow_coverage::server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kGetHeld = "GET /held HTTP/1.1\r\nHost: h\r\n\r\n";

bool IsOver(const std::future<void>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

TEST(Drain, RefusesNewConnectionsAtOnce) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(kGetHeld);
  server.AwaitHeld(1);
  const auto drained = server.Drain();
  server.Connections();  // a round through the server's thread: Drain has begun
  EXPECT_TRUE(RawHttpClient::Refused(server.port()));
  EXPECT_FALSE(IsOver(drained));
}

TEST(Drain, ClosesIdleConnections) {
  RunningServer server;
  RawHttpClient used(server.port());
  used.Exchange(kGetHello);
  RawHttpClient fresh(server.port());
  auto drained = server.Drain();
  EXPECT_TRUE(used.Closed());
  EXPECT_TRUE(fresh.Closed());
  drained.get();
}

TEST(Drain, FinishesARequestWhoseHandlerWorks) {
  RunningServer server;
  RawHttpClient client(server.port());
  client.Send(kGetHeld);
  server.AwaitHeld(1);
  auto drained = server.Drain();
  server.Release();
  const auto response = client.ReadResponse();
  EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(response, EndsWith("held"));
  EXPECT_TRUE(client.Closed());
  client.ShutdownSend();
  drained.get();
}

TEST(Drain, ReadsARequestThatHasBegunToItsEnd) {
  struct Row {
    const char* name;
    std::string_view first;
    std::string_view rest;
  };
  const Row rows[] = {
      {"first byte", "P", "OST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"},
      {"header", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n", "abc"},
      {"body", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na", "bc"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RunningServer server;
    RawHttpClient client(server.port());
    client.Exchange(kGetHello);
    client.Send(row.first);
    auto drained = server.Drain();
    server.Connections();
    EXPECT_FALSE(IsOver(drained));
    const auto response = client.Exchange(row.rest);
    EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(response, EndsWith("\r\n\r\nabc"));
    client.ShutdownSend();
    drained.get();
  }
}

// The kernel completes a connection before the server knows of it.
TEST(Drain, ServesAClientThatHasJustConnected) {
  RunningServer server;
  std::optional<RawHttpClient> client;
  std::future<void> drained;
  server.Run([&](Server&) {
    client.emplace(server.port());
    drained = server.Drain();
  });
  client->Send(kGetHello);
  EXPECT_THAT(client->ReadUntilClose(), EndsWith("hello"));
  client->ShutdownSend();
  drained.get();
}

TEST(Drain, DoesNotWaitForAClientThatHasConnectedAndSaysNothing) {
  auto options = RunningServer::LocalOptions();
  options.header_timeout = std::chrono::minutes(10);
  RunningServer server(options);
  std::optional<RawHttpClient> client;
  std::future<void> drained;
  server.Run([&](Server&) {
    client.emplace(server.port());
    drained = server.Drain();
  });
  EXPECT_TRUE(client->Closed());
  drained.get();
}

TEST(Drain, EndsAtOnceWithoutConnections) {
  RunningServer server;
  server.Drain().get();
  server.Drain().get();
}

TEST(Close, CutsWhatIsLeftAndCancelsHandlers) {
  RunningServer server;
  RawHttpClient held(server.port());
  held.Send(kGetHeld);
  server.AwaitHeld(1);
  RawHttpClient reading(server.port());
  reading.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
  auto drained = server.Drain();
  server.Run([](Server& s) { s.Close(); });
  drained.get();
  EXPECT_TRUE(held.Closed());
  EXPECT_TRUE(reading.Closed());
  EXPECT_TRUE(server.logger().lines().empty());
}

TEST(Close, LeavesNothingBehindWhenTheContextDoesNotRunAgain) {
  const testing::FakeClock clock;
  testing::RecordingLogger logger;
  boost::asio::io_context context;
  auto server = Listen(context.get_executor(), RunningServer::LocalOptions(), {}, clock, logger);
  ASSERT_TRUE(server);
  RawHttpClient client((*server)->port());
  while ((*server)->connections() == 0) context.run_one();
  server->reset();
}

}  // namespace
}  // namespace prow_coverage::server
