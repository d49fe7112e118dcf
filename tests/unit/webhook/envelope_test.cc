#include <string>

#include <gtest/gtest.h>

#include "prow_coverage/webhook/event.h"

#include "support/temp_dir.h"

namespace prow_coverage::webhook {
namespace {

Envelope Of(std::string_view payload) {
  return ParseEnvelope(testing::TestData("payloads/" + std::string(payload) + ".json")).value();
}

TEST(Envelope, ReadsWhatGitHubSends) {
  const Envelope opened{"opened", "kubevirt/project-infra", "kubevirt"};
  EXPECT_EQ(Of("pull_request.opened"), opened);
  EXPECT_EQ(Of("pull_request.opened.fork"), opened);
  EXPECT_EQ(Of("pull_request.opened.non_ascii_title"), opened);
  EXPECT_EQ(Of("pull_request.opened.long_title"), opened);
  EXPECT_EQ(Of("pull_request.synchronize.deleted_fork"),
            (Envelope{"synchronize", "kubevirt/project-infra", "kubevirt"}));
  EXPECT_EQ(Of("issue_comment.created"),
            (Envelope{"created", "kubevirt/project-infra", "kubevirt"}));
  EXPECT_EQ(Of("push"), (Envelope{"", "kubevirt/project-infra", "kubevirt"}));
  EXPECT_EQ(Of("ping.repository"), (Envelope{"", "kubevirt/project-infra", "kubevirt"}));
  EXPECT_EQ(Of("ping.organization"), (Envelope{"", "", "kubevirt"}));
}

TEST(Envelope, ReadsEveryOrderAndSpelling) {
  struct Row {
    const char* name;
    std::string body;
    Envelope envelope;
  };
  const Envelope expected{"a", "o/r", "o"};
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const Row rows[] = {
      {"empty object", "{}", {}},
      {"white space around it", " \t\r\n{ } \n", {}},
      {"repository last",
       R"({"pull_request":{"repository":1},"action":"a","repository":{"full_name":"o/r"}})",
       expected},
      {"repository first",
       R"({"repository":{"id":1,"owner":{"full_name":"x"},"full_name":"o/r","z":[{}]},"pull_request":{},"action":"a"})",
       expected},
      {"escaped keys and values",
       R"({"act\u0069on":"\u0061","repositor\u0079":{"full_n\u0061me":"o\/r"}})", expected},
      {"repository wins over the organization",
       R"({"organization":{"login":"x"},"action":"a","repository":{"full_name":"o/r"}})", expected},
      {"organization alone", R"({"organization":{"login":"o"}})", {"", "", "o"}},
      {"repository without a name",
       R"({"repository":{},"organization":{"login":"o"}})",
       {"", "", "o"}},
      {"null is absent", R"({"action":null,"repository":null,"organization":{"login":null}})", {}},
      {"name without a slash", R"({"repository":{"full_name":"o"}})", {"", "o", "o"}},
      {"nested 100,000 deep",
       R"({"x":)" + deep + R"(,"repository":{"full_name":"o/r"},"action":"a"})", expected},
      {"numbers out of range",
       R"({"x":1e999,"y":99999999999999999999,"repository":{"full_name":"o/r"},"action":"a"})",
       expected},
      {"a megabyte",
       R"({"x":")" + std::string(1u << 20, 'x') +
           R"(","repository":{"full_name":"o/r"},"action":"a"})",
       expected},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto envelope = ParseEnvelope(row.body);
    ASSERT_TRUE(envelope) << envelope.error().message;
    EXPECT_EQ(*envelope, row.envelope);
  }
}

TEST(Envelope, RefusesWhatIsNoJsonObject) {
  struct Row {
    const char* name;
    std::string body;
  };
  const Row rows[] = {
      {"empty", ""},
      {"white space", " \n"},
      {"array", "[{}]"},
      {"text", "\"{}\""},
      {"number", "1"},
      {"null", "null"},
      {"form encoding", "payload=%7B%7D"},
      {"byte order mark", "\xEF\xBB\xBF{}"},
      {"text behind it", "{}x"},
      {"text behind it that ends like an object", R"({}x})"},
      {"a second object", "{}{}"},
      {"a second object after white space", "{\"action\":\"a\"} {\"action\":\"b\"}"},
      {"NUL behind it", std::string("{}\0", 3)},
      {"only opened", "{"},
      {"truncated in a key", "{\"acti"},
      {"truncated behind a key", "{\"action\""},
      {"truncated in a value", "{\"action\":\"ope"},
      {"truncated in a nested object", "{\"repository\":{\"full_name\":\"o/r\"}"},
      {"truncated in a skipped object", "{\"pull_request\":{\"x\":{}}"},
      {"truncated 100,000 deep", "{\"x\":" + std::string(100000, '[')},
      {"key without quotes", "{action:\"a\"}"},
      {"no comma", "{\"a\":1 \"b\":2}"},
      {"invalid UTF-8", "{\"x\":\"\xC3\x28\"}"},
      {"invalid escape in a name", R"({"repository":{"full_name":"\x"}})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto envelope = ParseEnvelope(row.body);
    ASSERT_FALSE(envelope);
    EXPECT_EQ(envelope.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Envelope, RefusesEveryPrefixOfAnEvent) {
  const auto body = testing::TestData("payloads/ping.repository.json");
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(ParseEnvelope(std::string_view(body).substr(0, size))) << size;
  }
}

TEST(Envelope, RefusesWhatCouldBeReadInTwoWays) {
  struct Row {
    const char* name;
    const char* body;
    const char* message;
  };
  const Row rows[] = {
      {"two repositories", R"({"repository":{"full_name":"a/b"},"repository":{"full_name":"c/d"}})",
       "repository is given twice"},
      {"two names", R"({"repository":{"full_name":"a/b","full_name":"c/d"}})",
       "repository.full_name is given twice"},
      {"the second one escaped", R"({"repository":{"full_name":"a/b","full_nam\u0065":"c/d"}})",
       "repository.full_name is given twice"},
      {"two organizations", R"({"organization":null,"organization":{"login":"a"}})",
       "organization is given twice"},
      {"two actions", R"({"action":"opened","action":"closed"})", "action is given twice"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto envelope = ParseEnvelope(row.body);
    ASSERT_FALSE(envelope);
    EXPECT_EQ(envelope.error().message, row.message);
  }
}

TEST(Envelope, RefusesNamesThatAreNone) {
  const auto repository = [](std::string_view value) {
    return R"({"repository":{"full_name":)" + std::string(value) + "}}";
  };
  struct Row {
    const char* name;
    std::string body;
    const char* message;
  };
  const Row rows[] = {
      {"number", repository("1"), "repository.full_name is not a string"},
      {"object", repository("{}"), "repository.full_name is not a string"},
      {"line break", repository(R"("a/b\nx")"), "repository.full_name is not a short text"},
      {"space", repository(R"("a b")"), "repository.full_name is not a short text"},
      {"non-ASCII", repository(R"("ä/b")"), "repository.full_name is not a short text"},
      {"257 bytes", repository('"' + std::string(257, 'a') + '"'),
       "repository.full_name is not a short text"},
      {"repository that is text", R"({"repository":"a/b"})", "repository is not an object"},
      {"organization that is a list", R"({"organization":[]})", "organization is not an object"},
      {"action that is a number", R"({"action":1})", "action is not a string"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto envelope = ParseEnvelope(row.body);
    ASSERT_FALSE(envelope);
    EXPECT_EQ(envelope.error().message.find(row.message), 0u) << envelope.error().message;
  }
}

TEST(Envelope, TakesTextThatIsNotFollowedByPadding) {
  const std::string two = R"({"action":"a"}{"action":"b"})";
  EXPECT_EQ(ParseEnvelope(std::string_view(two).substr(0, 14)).value().action, "a");
}

TEST(Envelope, RemembersNothingOfTheLastBody) {
  ASSERT_TRUE(ParseEnvelope(R"({"action":"a","repository":{"full_name":"o/r"}})"));
  ASSERT_FALSE(ParseEnvelope(R"({"action":"b",)"));
  EXPECT_EQ(ParseEnvelope("{}").value(), Envelope{});
}

}  // namespace
}  // namespace prow_coverage::webhook
