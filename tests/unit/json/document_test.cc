#include "prow_coverage/json/document.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace prow_coverage::json {
namespace {

Document Parsed(std::string_view text) { return Document::Parse(text).value(); }

std::string ErrorOf(const auto& result) {
  return result ? "no error"
                : std::string(ToString(result.error().code)) + ": " + result.error().message;
}

TEST(Document, RefusesWhatIsNotOneValidDocument) {
  struct Row {
    const char* name;
    std::string text;
  };
  const Row rows[] = {
      {"empty", ""},
      {"white space", " \n"},
      {"truncated", R"({"a": {"b": 1})"},
      {"text behind it", R"({}x)"},
      {"two documents", "{} {}"},
      {"mismatched brackets", R"({"a": [}]})"},
      {"comment", "{} // no"},
      {"trailing comma", R"({"a": 1,})"},
      {"leading zero", R"({"a": 01})"},
      {"invalid UTF-8", "{\"a\": \"\xC3\x28\"}"},
      {"half a surrogate pair", R"({"a": "\ud83e"})"},
      {"raw control character", "{\"a\": \"\n\"}"},
      {"number out of range", R"({"a": 1e999})"},
      {"integer out of range", R"({"a": 18446744073709551616})"},
      {"nested 100,000 deep", std::string(100000, '[') + std::string(100000, ']')},
      {"byte order mark", "\xEF\xBB\xBF{}"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto document = Document::Parse(row.text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(document.error().message.find("not valid JSON: "), 0u) << document.error().message;
  }
}

TEST(Document, TakesTextThatIsNotFollowedByPadding) {
  const std::string two = "{\"a\": 1}{\"a\": 2}";
  EXPECT_EQ(Parsed(std::string_view(two).substr(0, 8)).root().Integer("a").value(), 1);
}

TEST(Document, TakesTextThatExceedsTheReusedMemory) {
  const std::string large = "{\"a\": \"" + std::string(3u << 20, 'x') + "\"}";
  EXPECT_EQ(Parsed(large).root().String("a").value().size(), 3u << 20);
}

TEST(Document, ValuesOutliveLaterDocumentsOfTheSameThread) {
  const auto first = Parsed(R"({"name": "first"})");
  const auto name = first.root().String("name");
  const auto second = Parsed(R"({"name": "other"})");
  EXPECT_EQ(name.value(), "first");
  EXPECT_EQ(second.root().String("name").value(), "other");
}

TEST(Document, ValuesSurviveMovingTheDocument) {
  auto original = Parsed(R"({"a": {"b": "c"}})");
  const auto a = original.root().Object("a").value();
  const auto moved = std::move(original);
  EXPECT_EQ(a.String("b").value(), "c");
}

TEST(Value, ReadsEachType) {
  const auto document = Parsed(
      R"({"s": "x\u0000\u00e4\ud83e\uddea", "i": -9223372036854775808, "d": 0.5, "b": true, "o": {}, "n": 3})");
  const auto root = document.root();
  EXPECT_EQ(root.String("s").value(), std::string_view("x\0ä🧪", 8));
  EXPECT_EQ(root.Integer("i").value(), INT64_MIN);
  EXPECT_EQ(root.Number("d").value(), 0.5);
  EXPECT_EQ(root.Number("n").value(), 3.0);
  EXPECT_TRUE(root.Bool("b").value());
  EXPECT_TRUE(root.Object("o").value().IsObject());
}

TEST(Value, ErrorsNameTheWholePath) {
  const auto document =
      Parsed(R"({"pull": {"head": {"sha": 1, "big": 9223372036854775808}, "labels": ["x"]}})");
  const auto head = document.root().Object("pull").value().Object("head").value();
  struct Row {
    const char* name;
    std::string actual;
    const char* expected;
  };
  const Row rows[] = {
      {"missing", ErrorOf(head.String("ref")), "invalid_argument: pull.head.ref is missing"},
      {"below a scalar", ErrorOf(head.String("sha.x")),
       "invalid_argument: pull.head.sha.x is missing"},
      {"no string", ErrorOf(head.String("sha")), "invalid_argument: pull.head.sha is not a string"},
      {"beyond 64 bits", ErrorOf(head.Integer("big")),
       "invalid_argument: pull.head.big is not an integer of 64 bits"},
      {"no boolean", ErrorOf(head.Bool("sha")),
       "invalid_argument: pull.head.sha is not true or false"},
      {"no number", ErrorOf(document.root().Number("pull.labels")),
       "invalid_argument: pull.labels is not a number"},
      {"no object", ErrorOf(head.Object("sha")),
       "invalid_argument: pull.head.sha is not an object"},
      {"no array", ErrorOf(head.ForEach("", [](const Value&) { return Result<void>(); })),
       "invalid_argument: pull.head is not an array"},
      {"root", ErrorOf(document.root().String("")),
       "invalid_argument: the document is not a string"},
      {"element",
       ErrorOf(document.root().ForEach("pull.labels",
                                       [](const Value& label) -> Result<void> {
                                         const auto name = label.String("name");
                                         return name ? Result<void>() : name.error();
                                       })),
       "invalid_argument: pull.labels[0].name is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.actual, row.expected);
  }
}

TEST(Value, OptionalsAreNothingForAbsentNullAndOtherTypes) {
  const auto document = Parsed(R"({"null": null, "list": [], "text": "t"})");
  const auto root = document.root();
  for (const auto* path : {"absent", "null", "list", "text.below"}) {
    SCOPED_TRACE(path);
    EXPECT_EQ(root.OptionalString(path), std::nullopt);
    EXPECT_EQ(root.OptionalInteger(path), std::nullopt);
    EXPECT_EQ(root.OptionalBool(path), std::nullopt);
    EXPECT_FALSE(root.OptionalObject(path).has_value());
  }
  EXPECT_EQ(root.OptionalString("text"), "t");
}

TEST(Value, ForEachVisitsElementsInOrderUntilAnError) {
  const auto document = Parsed(R"({"list": [1, 2, 3]})");
  std::vector<std::int64_t> seen;
  const auto result = document.root().ForEach("list", [&](const Value& element) -> Result<void> {
    seen.push_back(element.Integer("").value());
    if (seen.size() == 2) return Error{ErrorCode::kCancelled, "enough", {}};
    return {};
  });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(ErrorOf(result), "cancelled: enough");
}

TEST(Value, ForEachMemberVisitsMembersInTheOrderOfTheText) {
  const auto document = Parsed(R"({"map": {"b.c/d": "1", "a": "2"}})");
  std::vector<std::string> seen;
  const auto result = document.root().ForEachMember(
      "map", [&](std::string_view key, const Value& value) -> Result<void> {
        seen.push_back(std::string(key) + "=" + std::string(value.String("").value()));
        return {};
      });
  EXPECT_TRUE(result);
  EXPECT_EQ(seen, (std::vector<std::string>{"b.c/d=1", "a=2"}));
}

TEST(Value, ValuesOfForEachMayBeKept) {
  const auto document = Parsed(R"([{"n": 1}, {"n": 2}])");
  std::vector<Value> kept;
  ASSERT_TRUE(document.root().ForEach("", [&](const Value& element) -> Result<void> {
    kept.push_back(element);
    return {};
  }));
  EXPECT_EQ(kept.at(1).Integer("n").value(), 2);
}

TEST(Value, TextIsCompact) {
  const auto document = Parsed("{ \"a\" : [ 1, \"\\\"x\\n\" , null ] }");
  EXPECT_EQ(document.root().Text(), R"({"a":[1,"\"x\n",null]})");
}

TEST(Value, TellsTypesApart) {
  const auto document = Parsed(R"({"list": [null]})");
  EXPECT_TRUE(document.root().IsObject());
  ASSERT_TRUE(document.root().ForEach("list", [](const Value& element) -> Result<void> {
    EXPECT_TRUE(element.IsNull());
    EXPECT_FALSE(element.IsArray());
    return {};
  }));
}

}  // namespace
}  // namespace prow_coverage::json
