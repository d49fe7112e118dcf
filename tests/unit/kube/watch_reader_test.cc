#include "watch_reader.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::kube {
namespace {

using ::testing::HasSubstr;

constexpr char kExpired[] =
    R"x({"type":"ERROR","object":{"kind":"Status","message":"too old resource version: 1 (232)",)x"
    R"x("reason":"Expired","code":410}})x"
    "\n";

std::string Line(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

class WatchReaderTest : public ::testing::Test {
 protected:
  WatchReader MakeReader(std::size_t max_line = WatchReader::kMaxLine) {
    return WatchReader(
        {"watch", "pods"},
        [this](const WatchEvent& event) -> Result<void> {
          objects_.push_back(event.object);
          types_.push_back(event.type);
          return {};
        },
        max_line);
  }

  std::vector<std::string> objects_;
  std::vector<WatchEvent::Type> types_;
};

TEST_F(WatchReaderTest, ReadsEveryKindOfEvent) {
  auto reader = MakeReader();
  ASSERT_TRUE(reader.Feed(Line("ADDED", R"({"a":1})") + Line("MODIFIED", "{}") + "\n" +
                          Line("DELETED", "{}") + Line("BOOKMARK", "{}")));
  using Type = WatchEvent::Type;
  EXPECT_EQ(types_,
            (std::vector<Type>{Type::kAdded, Type::kModified, Type::kDeleted, Type::kBookmark}));
  EXPECT_EQ(objects_[0], R"({"a":1})");
  EXPECT_TRUE(reader.Finish());
}

TEST_F(WatchReaderTest, ReadsTheSameHoweverTheStreamIsCut) {
  const std::string stream = Line("ADDED", R"({"a":"é\n"})") + Line("DELETED", R"({"b":2})");
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    objects_.clear();
    auto reader = MakeReader();
    for (std::size_t at = 0; at < stream.size(); at += size) {
      ASSERT_TRUE(reader.Feed(std::string_view(stream).substr(at, size)));
    }
    ASSERT_TRUE(reader.Finish());
    EXPECT_EQ(objects_, (std::vector<std::string>{R"({"a":"é\n"})", R"({"b":2})"}));
  }
}

TEST_F(WatchReaderTest, TurnsAnErrorEventIntoItsError) {
  auto reader = MakeReader();
  const auto fed = reader.Feed(Line("ADDED", "{}") + kExpired);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::kExpired);
  EXPECT_THAT(fed.error().message, HasSubstr("watch pods: too old resource version"));
  EXPECT_EQ(objects_.size(), 1U);
}

TEST_F(WatchReaderTest, MapsOtherErrorEventsAsAnswers) {
  const auto fed =
      MakeReader().Feed(Line("ERROR", R"({"kind":"Status","code":403,"message":"no"})"));
  EXPECT_EQ(fed.error().code, ErrorCode::kPermissionDenied);
  const auto without_code = MakeReader().Feed(Line("ERROR", "{}"));
  EXPECT_EQ(without_code.error().code, ErrorCode::kUnavailable);
}

TEST_F(WatchReaderTest, EndsWithTheErrorOfTheConsumer) {
  WatchReader reader({"watch", "pods"}, [](const WatchEvent&) -> Result<void> {
    return Error{ErrorCode::kCancelled, "enough", {}};
  });
  EXPECT_EQ(reader.Feed(Line("ADDED", "{}")).error().message, "enough");
}

TEST_F(WatchReaderTest, RefusesALineOverTheLimit) {
  auto reader = MakeReader(100);
  ASSERT_TRUE(reader.Feed(std::string(100, ' ')));
  EXPECT_EQ(reader.Feed("x").error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(MakeReader(100).Feed(std::string(101, ' ') + "\n").error().code, ErrorCode::kTooLarge);
}

TEST_F(WatchReaderTest, NoticesACutInTheMiddleOfAnEvent) {
  auto reader = MakeReader();
  ASSERT_TRUE(reader.Feed(R"({"type":"ADDED","obj)"));
  EXPECT_EQ(reader.Finish().error().code, ErrorCode::kUnavailable);
}

TEST_F(WatchReaderTest, RefusesLinesThatAreNoEvents) {
  for (const char* line :
       {"<html>\n", "[]\n", "{}\n", "{\"type\":\"ADDED\"}\n", "{\"type\":\"ADDED\",\"object\":7}\n",
        "{\"type\":\"RENAMED\",\"object\":{}}\n"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(MakeReader().Feed(line).error().code, ErrorCode::kUnavailable);
  }
}

}  // namespace
}  // namespace prow_coverage::kube
