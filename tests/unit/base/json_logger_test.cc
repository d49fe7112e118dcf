#include <algorithm>
#include <limits>
#include <set>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "prow_coverage/base/logger.h"

namespace prow_coverage {
namespace {

using nlohmann::json;
using namespace std::string_literals;

// A logger whose lines come out of a pipe.
class JsonLogger : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
  void TearDown() override {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ::close(ends_[0]);
  }

  std::unique_ptr<Logger> Make(LogLevel level = LogLevel::kDebug) {
    return MakeJsonLogger(level, ends_[1]);
  }

  // Everything written so far. Ends the logging.
  std::string Output() {
    ::close(std::exchange(ends_[1], -1));
    std::string output;
    char chunk[4096];
    ssize_t n = 0;
    while ((n = ::read(ends_[0], chunk, sizeof chunk)) > 0) {
      output.append(chunk, static_cast<std::size_t>(n));
    }
    return output;
  }

  std::vector<json> Lines() {
    std::vector<json> lines;
    std::istringstream output(Output());
    for (std::string line; std::getline(output, line);) lines.push_back(json::parse(line));
    return lines;
  }

  json OnlyLine() {
    const auto lines = Lines();
    EXPECT_EQ(lines.size(), 1u);
    return lines.empty() ? json() : lines.front();
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST_F(JsonLogger, WritesTheFieldsOfProwsComponents) {
  Make()->Warning("Handling event.",
                  {{"event-GUID", "g-1"}, {"pr", 42}, {"took", 0.25}, {"dry-run", true}});
  json line = OnlyLine();
  EXPECT_TRUE(line["time"].get<std::string>().ends_with("Z"));
  line.erase("time");
  EXPECT_EQ(line, json::parse(R"({"component": "prow-coverage", "level": "warning",
      "severity": "warning", "msg": "Handling event.", "event-GUID": "g-1", "pr": 42,
      "took": 0.25, "dry-run": true})"));
}

TEST_F(JsonLogger, WritesOneLineAMessage) {
  const auto logger = Make();
  logger->Info("first\nsecond\r\nthird");
  logger->Info("next");
  const std::string output = Output();
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 2);
  EXPECT_EQ(output.find('\r'), std::string::npos);
}

TEST_F(JsonLogger, EscapesWhatJsonAndTerminalsMindAndKeepsTheText) {
  const auto text = "\"quoted\" \\ \x1B[31m \t \x7F nul:\0 C1:\u009B gr\u00FCn"s;
  Make()->Info(text, {{text, text}});
  const std::string output = Output();
  for (const char c : {'\x1B', '\x7F', '\t', '\0'}) {
    EXPECT_EQ(output.find(c), std::string::npos) << int{c};
  }
  EXPECT_EQ(output.find("\u009B"), std::string::npos);
  const json line = json::parse(output);
  EXPECT_EQ(line["msg"], text);
  EXPECT_EQ(line[text], text);
}

TEST_F(JsonLogger, ReplacesBytesThatAreNoUtf8) {
  Make()->Info("a\xFFz", {{"cut", "\xE2\x82"}});
  const json line = OnlyLine();
  EXPECT_EQ(line["msg"], "a\uFFFDz");
  EXPECT_EQ(line["cut"], "\uFFFD\uFFFD");
}

TEST_F(JsonLogger, CutsLongValuesBetweenTwoCharacters) {
  Make()->Info("x", {{"v", std::string(2047, 'a') + "\u20AC" + std::string(5000, 'b')}});
  EXPECT_EQ(OnlyLine()["v"], std::string(2047, 'a') + "…");
}

TEST_F(JsonLogger, KeepsAValueOfExactlyTheLimit) {
  Make()->Info(std::string(2048, 'a'));
  EXPECT_EQ(OnlyLine()["msg"], std::string(2048, 'a'));
}

TEST_F(JsonLogger, WritesNumbersThatJsonDoesNotHaveAsNull) {
  const auto infinity = std::numeric_limits<double>::infinity();
  Make()->Info("x", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", infinity}});
  const json line = OnlyLine();
  EXPECT_TRUE(line["nan"].is_null());
  EXPECT_TRUE(line["inf"].is_null());
}

TEST_F(JsonLogger, LeavesOutWhatIsBelowItsLevel) {
  const auto logger = Make(LogLevel::kWarning);
  EXPECT_FALSE(logger->Enabled(LogLevel::kInfo));
  EXPECT_TRUE(logger->Enabled(LogLevel::kWarning));
  logger->Debug("d");
  logger->Info("i");
  logger->Warning("w");
  logger->Error("e");
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["level"], "warning");
  EXPECT_EQ(lines[1]["level"], "error");
}

TEST_F(JsonLogger, LinesOfSeveralThreadsDoNotMix) {
  const auto logger = Make();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&logger, thread] {
      for (int i = 0; i < 25; ++i) logger->Info(std::to_string(thread * 100 + i));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> messages;
  for (const auto& line : Lines()) messages.insert(line["msg"]);
  EXPECT_EQ(messages.size(), 100u);
}

TEST(LogLevel, ReadsLogrusNames) {
  EXPECT_EQ(ParseLogLevel("debug").value(), LogLevel::kDebug);
  EXPECT_EQ(ParseLogLevel("info").value(), LogLevel::kInfo);
  EXPECT_EQ(ParseLogLevel("warn").value(), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("warning").value(), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("error").value(), LogLevel::kError);
}

TEST(LogLevel, UnknownNameIsRefusedWithTheKnownOnes) {
  const auto level = ParseLogLevel("verbose");
  ASSERT_FALSE(level);
  EXPECT_EQ(level.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(level.error().message.find("debug, info, warning or error"), std::string::npos);
}

}  // namespace
}  // namespace prow_coverage
