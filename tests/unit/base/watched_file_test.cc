#include "prow_coverage/base/watched_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/recording_logger.h"
#include "support/temp_dir.h"

namespace prow_coverage {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Keeps the content without its last character, which has to be a full stop.
Result<std::string> Sentence(std::string content) {
  if (!content.ends_with('.')) return Error{ErrorCode::kInvalidArgument, "no full stop", {}};
  content.pop_back();
  return content;
}

class WatchedFileTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::RecordingLogger logger_;
  WatchedFile file_{dir_.path() / "text", "the text", Sentence, clock_, logger_};
};

TEST_F(WatchedFileTest, IsReadWhenItIsFirstAskedFor) {
  dir_.Write("text", "one.");
  EXPECT_EQ(file_.Content().value(), "one");
  EXPECT_TRUE(logger_.lines().empty());
}

TEST_F(WatchedFileTest, IsReadAgainAtMostOnceASecond) {
  dir_.Write("text", "one.");
  (void)file_.Content();
  dir_.Write("text", "two.");
  clock_.Advance(1s - 1ns);
  EXPECT_EQ(file_.Content().value(), "one");
  clock_.Advance(1ns);
  EXPECT_EQ(file_.Content().value(), "two");
  EXPECT_TRUE(logger_.Has("the text has changed"));
}

TEST_F(WatchedFileTest, IsReadAtOnceWhenItHasExpired) {
  dir_.Write("text", "one.");
  (void)file_.Content();
  dir_.Write("text", "two.");
  file_.Expire();
  EXPECT_EQ(file_.Content().value(), "two");
}

TEST_F(WatchedFileTest, KeepsTheLastGoodContentAndSaysSoOnce) {
  dir_.Write("text", "one.");
  (void)file_.Content();
  dir_.Write("text", "two");
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(1s);
    EXPECT_EQ(file_.Content().value(), "one");
  }
  file_.Expire();
  EXPECT_EQ(file_.Content().value(), "one");
  ASSERT_EQ(logger_.lines().size(), 1u);
  EXPECT_TRUE(logger_.Has("the last one stays in force"));
}

TEST_F(WatchedFileTest, ComplainsAgainAfterAGoodContent) {
  dir_.Write("text", "one.");
  (void)file_.Content();
  for (const char* content : {"bad", "one.", "bad"}) {
    dir_.Write("text", content);
    clock_.Advance(1s);
    (void)file_.Content();
  }
  EXPECT_EQ(logger_.lines().size(), 2u);
}

TEST_F(WatchedFileTest, NamesTheFileThatHasNoGoodContentYet) {
  EXPECT_EQ(file_.Content().error().code, ErrorCode::kNotFound);
  dir_.Write("text", "bad");
  const auto content = file_.Content();
  EXPECT_EQ(content.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(content.error().message, HasSubstr("/text: no full stop"));
  dir_.Write("text", "good.");
  EXPECT_EQ(file_.Content().value(), "good") << "without a content it is read at each call";
}

TEST_F(WatchedFileTest, ADroppedContentIsNotInForceAnyMore) {
  dir_.Write("text", "one.");
  (void)file_.Content();
  dir_.Write("text", "bad");
  file_.Drop("one");
  EXPECT_FALSE(file_.Content());
}

TEST_F(WatchedFileTest, DroppingAnOlderContentDropsNothing) {
  dir_.Write("text", "two.");
  (void)file_.Content();
  dir_.Write("text", "bad");
  file_.Drop("one");
  EXPECT_EQ(file_.Content().value(), "two");
}

}  // namespace
}  // namespace prow_coverage
