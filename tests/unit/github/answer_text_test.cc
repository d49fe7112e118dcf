#include "answer_text.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

TEST(AnswerText, JoinsMessageAndErrors) {
  EXPECT_EQ(AnswerText(R"({"message":"Validation Failed","errors":[
                {"resource":"Status","field":"description","code":"too_long"},
                {"code":"custom","message":"too many statuses"}, "and a text"]})"),
            "Validation Failed; description too_long; too many statuses; and a text");
}

TEST(AnswerText, IsEmptyForSomethingElse) {
  for (const std::string_view body :
       {"", "<html>", "[]", "null", "\"text\"", R"({"message":7})", R"({"errors":"x"})"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(AnswerText(body), "");
  }
}

TEST(AnswerText, IsOneShortLine) {
  std::string body = R"({"message":"a\nb\u0000)";
  for (int i = 0; i < 1000; ++i) body += "\xc3\xa4";
  const auto text = AnswerText(body + "\"}");
  EXPECT_LE(text.size(), 303u);
  EXPECT_EQ(text.substr(0, 4), "a b ");
  EXPECT_EQ(text.substr(text.size() - 5), "\xc3\xa4...");
}

}  // namespace
}  // namespace prow_coverage::github
