#include <optional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "running_server.h"

namespace prow_coverage::server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(Listen, NamesAnAddressThatIsInUse) {
  RunningServer first;
  auto options = RunningServer::LocalOptions();
  options.port = first.port();
  const testing::FakeClock clock;
  testing::RecordingLogger logger;
  boost::asio::io_context context;
  const auto second = Listen(context.get_executor(), options, {}, clock, logger);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message,
            "cannot listen on address 127.0.0.1, port " + std::to_string(first.port()) +
                ": Address already in use; another process listens there; stop it or choose "
                "another port");
}

TEST(Listen, RefusesAnAddressThatIsNone) {
  auto options = RunningServer::LocalOptions();
  options.address = "localhost";
  const testing::FakeClock clock;
  testing::RecordingLogger logger;
  boost::asio::io_context context;
  const auto server = Listen(context.get_executor(), options, {}, clock, logger);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(server.error().message, HasSubstr("\"localhost\""));
}

TEST(Listen, TakesIPv4AndIPv6OnTheDoubleColon) {
  auto options = RunningServer::LocalOptions();
  options.address = "::";
  RunningServer server(options);
  RawHttpClient v4(server.port());
  EXPECT_THAT(v4.Exchange(kGetHello), EndsWith("hello"));
  RawHttpClient v6(server.port(), "::1");
  EXPECT_THAT(v6.Exchange(kGetHello), EndsWith("hello"));
}

TEST(Listen, CountsConnections) {
  RunningServer server;
  EXPECT_EQ(server.Connections(), 0u);
  RawHttpClient first(server.port());
  RawHttpClient second(server.port());
  first.Exchange(kGetHello);
  second.Exchange(kGetHello);
  EXPECT_EQ(server.Connections(), 2u);
}

// Lets this process open no file more until the end of the scope.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY);
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Listen, GoesOnAfterRunningOutOfFileDescriptors) {
  RunningServer server;
  std::optional<RawHttpClient> client;
  {
    std::optional<NoMoreFiles> limit;
    server.Run([&](Server&) {  // the server must not accept in between
      client.emplace(server.port());
      limit.emplace();
    });
    while (server.logger().lines().empty()) std::this_thread::yield();
  }
  EXPECT_THAT(client->Exchange(kGetHello), EndsWith("hello"));
  ASSERT_EQ(server.logger().lines().size(), 1u);
  EXPECT_EQ(server.logger().lines()[0].fields.at("error"), "Too many open files");
}

}  // namespace
}  // namespace prow_coverage::server
