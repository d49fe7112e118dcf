#include <string>

#include <gtest/gtest.h>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::yaml {
namespace {

using Kind = Node::Kind;

Node Parsed(std::string_view text) {
  auto node = Parse(text, "in.yaml");
  if (!node) {
    ADD_FAILURE() << node.error().message;
    return {};
  }
  return *node;
}

std::string Refused(std::string_view text) {
  const auto node = Parse(text, "in.yaml");
  if (node) return "accepted";
  EXPECT_EQ(node.error().code, ErrorCode::kInvalidArgument);
  return node.error().message;
}

std::string Repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(YamlParse, KeepsOrderTextAndLines) {
  const Node node = Parsed("b: 08\n# comment\na:\n- x\n-\n");
  ASSERT_EQ(node.members.size(), 2U);
  EXPECT_EQ(node.members[0].key, "b");
  EXPECT_EQ(node.members[0].value.scalar, "08");
  EXPECT_EQ(node.members[0].value.line, 1U);
  const Node& list = node.members[1].value;
  EXPECT_EQ(list.line, 3U);
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].line, 4U);
  EXPECT_EQ(list.items[1].kind, Kind::kNull);
}

TEST(YamlParse, FindsMembersByName) {
  const Node node = Parsed("a: 1\nb: 2\n");
  ASSERT_NE(node.Find("b"), nullptr);
  EXPECT_EQ(node.Find("b")->scalar, "2");
  EXPECT_EQ(node.Find("c"), nullptr);
}

TEST(YamlParse, EmptyTextIsNull) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "~"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(Parsed(text).kind, Kind::kNull);
  }
}

TEST(YamlParse, FlagsScalarsThatAreStringsWhateverTheyLookLike) {
  const struct {
    const char* text;
    bool quoted;
  } rows[] = {{"12", false},        {"'12'", true},       {"\"12\"", true},
              {"|-\n  12\n", true}, {">-\n  12\n", true}, {"!!str 12", true}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const Node node = Parsed(row.text);
    EXPECT_EQ(node.scalar, "12");
    EXPECT_EQ(node.quoted, row.quoted);
  }
}

TEST(YamlParse, ReadsJson) {
  const Node node = Parsed("{\"a\":1,\t\"b\":[true,null],\n\t\"c\":\"\\/\\u00e9\"}");
  ASSERT_EQ(node.members.size(), 3U);
  EXPECT_EQ(node.Find("b")->items.size(), 2U);
  EXPECT_EQ(node.Find("c")->scalar, "/é");
}

TEST(YamlParse, EveryLineBreakIsALineFeed) {
  const Node node = Parsed(
      "\xEF\xBB\xBF"
      "a: |\r\n  x\r\n  y\r\nb: 1\rc: 2\n");
  EXPECT_EQ(node.Find("a")->scalar, "x\ny\n");
  EXPECT_EQ(node.Find("c")->line, 5U);
}

TEST(YamlParse, EscapesBecomeUtf8) {
  EXPECT_EQ(Parsed(R"("\x41\x85\N\_\L\u20ac\U0001F600")").scalar, "A\u0085\u0085\u00a0\u2028€😀");
}

TEST(YamlParse, ExpandsAliases) {
  const Node node = Parsed("a: &x {k: [1]}\nb: *x\n");
  ASSERT_NE(node.Find("b"), nullptr);
  EXPECT_EQ(node.Find("b")->Find("k")->items[0].scalar, "1");
}

TEST(YamlParse, AliasedValueStandsOnTheLineOfItsKey) {
  const Node node = Parsed("a: &x {k: 1}\n\nb: *x\n");
  EXPECT_EQ(node.Find("b")->line, 3U);
  EXPECT_EQ(node.Find("b")->Find("k")->line, 1U);
}

TEST(YamlParse, MergedKeysYieldToOwnAndToEarlierOnes) {
  const Node node = Parsed("<<: [{a: 1, b: 1}, {a: 2, c: 2}]\nb: 0\n");
  ASSERT_EQ(node.members.size(), 3U);
  EXPECT_EQ(node.Find("a")->scalar, "1");
  EXPECT_EQ(node.Find("b")->scalar, "0");
  EXPECT_EQ(node.Find("c")->scalar, "2");
}

TEST(YamlParse, QuotedMergeKeyIsAnOrdinaryKey) {
  EXPECT_EQ(Parsed("\"<<\": 5").Find("<<")->scalar, "5");
}

TEST(YamlParse, RefusesWithSourceAndLine) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"a: 1\na: 2\n", "in.yaml:2: the key \"a\" stands here a second time"},
      {"a: {b: 1, b: 2}", "in.yaml:1: the key \"b\" stands here a second time"},
      {"\"a\\nb\": 1\n? \"a\\nb\"\n: 2", "in.yaml:2: the key \"a\\nb\" stands here a second time"},
      {"? [a]\n: b", "in.yaml:1: a key must be a name, not null, a list or a mapping"},
      {"x: 1\n~: 2", "in.yaml:2: a key must be a name, not null, a list or a mapping"},
      {"a: &x [*x]", "in.yaml:1: an alias stands inside the node that it names"},
      {"a: *x", "in.yaml:1: no valid YAML: the referenced anchor is not defined"},
      {"<<: 5", "in.yaml:1: the value of << must be a mapping or a list of mappings"},
      {"a: 1\nb: !!int 5",
       "in.yaml:2: the tag \"tag:yaml.org,2002:int\" is not supported, leave it out"},
      {"a: 1\n---\nb: 2\n",
       "in.yaml:2: a second document begins, or a line that is indented like none before it"},
      {" a: 1\nb: 2\n",
       "in.yaml:2: a second document begins, or a line that is indented like none before it"},
      {"a: [1, 2", "in.yaml:1: no valid YAML: end of sequence flow not found"},
      {"a: b: c", "in.yaml:1: no valid YAML: illegal map value"},
      {"a: \"x", "in.yaml:1: no valid YAML: illegal EOF in scalar"},
      {"a: 1\nfoo\nb: 2\n", "in.yaml:3: no valid YAML: illegal map value"},
      {"a:\n\tb: c",
       "in.yaml:2: no valid YAML: illegal map value (the line is indented with a tab, use spaces)"},
      {"a: \xFF", "in.yaml:1: the text is not valid UTF-8"},
      {"a: 1\nb: \xED\xA0\x80", "in.yaml:2: the text is not valid UTF-8"},
      {"a: \x04",
       "in.yaml:1: the control character U+0004 is not allowed, write it as an escape "
       "in double quotes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(Refused(row.text), row.error);
  }
}

TEST(YamlParse, RefusesNulBytes) {
  EXPECT_EQ(Refused(std::string_view("a: 1\nb: \0", 9)),
            "in.yaml:2: the control character U+0000 is not allowed, write it as an escape in "
            "double quotes");
}

TEST(YamlParse, NestingIsBounded) {
  EXPECT_EQ(Parsed(Repeated("[", 200) + Repeated("]", 200)).kind, Kind::kSequence);
  for (const char* open : {"[", "{a: ", "- ", "? "}) {
    SCOPED_TRACE(open);
    EXPECT_EQ(Refused(Repeated(open, 100'000)), "in.yaml:1: nested deeper than 200 levels");
  }
}

TEST(YamlParse, AliasesCannotNestDeeper) {
  const std::string text = "a: &a " + Repeated("[", 150) + Repeated("]", 150) +
                           "\nb: " + Repeated("[", 60) + "*a" + Repeated("]", 60);
  EXPECT_EQ(Refused(text), "in.yaml:2: nested deeper than 200 levels");
}

TEST(YamlParse, AliasBombsAreRefused) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string alias = "*a" + std::to_string(i - 1);
    text += name + ": &" + name + " [" + alias + Repeated("," + alias, 9) + "]\n";
  }
  EXPECT_EQ(Refused(text), "in.yaml:5: the document has more than 100000 nodes");
}

TEST(YamlParse, AliasesOfLongTextAreRefused) {
  const std::string text =
      "- &a " + std::string(1'000'000, 'x') + "\n" + Repeated("- *a\n", 50'000);
  EXPECT_EQ(Refused(text), "in.yaml:17: its aliases repeat too much text");
}

TEST(YamlParse, LongScalarsAreFine) {
  const std::string text = "a: " + std::string(2'000'000, 'x');
  EXPECT_EQ(Parsed(text).Find("a")->scalar.size(), 2'000'000U);
}

TEST(YamlParse, TextOver16MiBIsRefused) {
  EXPECT_EQ(Refused(std::string((16U << 20) + 1, '#')), "in.yaml:1: larger than 16 MiB");
}

}  // namespace
}  // namespace prow_coverage::yaml
