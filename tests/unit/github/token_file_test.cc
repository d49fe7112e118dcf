#include <gtest/gtest.h>

#include "prow_coverage/github/credentials.h"

#include "support/fake_clock.h"
#include "support/fake_http_client.h"
#include "support/recording_logger.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

struct TokenFile : ::testing::Test {
  testing::TempDir dir;
  testing::FakeClock clock;
  testing::RecordingLogger logger;
  testing::FakeHttpClient http;
  boost::asio::io_context context;

  Result<std::unique_ptr<Credentials>> Open() {
    return MakeTokenFile(dir.path() / "oauth", clock, logger);
  }
  std::string Header(Credentials& credentials) {
    return testing::RunTask(context, credentials.Authorization(http, "https://e", "org")).value();
  }
};

TEST_F(TokenFile, IsTrimmed) {
  dir.Write("oauth", " \tsecret\r\n\n");
  EXPECT_EQ(Header(*Open().value()), "Bearer secret");
}

TEST_F(TokenFile, RefusesWhatIsNoToken) {
  const std::string contents[] = {"", " \n", "a b", "a\nb", std::string("a\0b", 3), "t\xc3\xb6ken"};
  for (const auto& content : contents) {
    SCOPED_TRACE(content);
    dir.Write("oauth", content);
    const auto opened = Open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(opened.error().message.find("oauth"), std::string::npos);
  }
}

TEST_F(TokenFile, SaysWhichFileIsMissing) {
  const auto opened = Open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
}

TEST_F(TokenFile, IsReadAgainAfterASecond) {
  dir.Write("oauth", "old");
  const auto credentials = Open().value();
  dir.Write("oauth", "new");
  EXPECT_EQ(Header(*credentials), "Bearer old");
  clock.Advance(1s);
  EXPECT_EQ(Header(*credentials), "Bearer new");
}

TEST_F(TokenFile, IsReadAtOnceWhenRefused) {
  dir.Write("oauth", "old");
  const auto credentials = Open().value();
  dir.Write("oauth", "new");
  credentials->Refused("Bearer old", "org");
  EXPECT_EQ(Header(*credentials), "Bearer new");
}

TEST_F(TokenFile, KeepsTheLastGoodContentAndComplainsOnce) {
  dir.Write("oauth", "good");
  const auto credentials = Open().value();
  dir.Write("oauth", "");
  for (int i = 0; i < 3; ++i) {
    clock.Advance(1s);
    EXPECT_EQ(Header(*credentials), "Bearer good");
  }
  ASSERT_EQ(logger.lines().size(), 1u);
  EXPECT_EQ(logger.lines()[0].level, LogLevel::kWarning);
}

TEST_F(TokenFile, NeverLogsTheToken) {
  dir.Write("oauth", "first-secret");
  const auto credentials = Open().value();
  dir.Write("oauth", "second-secret and more");
  clock.Advance(1s);
  (void)Header(*credentials);
  dir.Write("oauth", "third-secret");
  clock.Advance(1s);
  EXPECT_EQ(Header(*credentials), "Bearer third-secret");
  for (const auto& line : logger.lines()) {
    EXPECT_EQ(line.message.find("-secret"), std::string::npos);
    for (const auto& [key, value] : line.fields)
      EXPECT_EQ(value.find("-secret"), std::string::npos);
  }
}

TEST_F(TokenFile, AnonymousHasNoHeader) { EXPECT_EQ(Header(*MakeAnonymous()), ""); }

}  // namespace
}  // namespace prow_coverage::github
