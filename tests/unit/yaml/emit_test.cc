#include <cmath>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::yaml {
namespace {

using nlohmann::ordered_json;

ordered_json ReadBack(const std::string& text) {
  const auto node = Parse(text, "emitted");
  if (!node) {
    ADD_FAILURE() << node.error().message << "\n" << text;
    return {};
  }
  return ToJson(*node);
}

TEST(YamlEmit, WritesBlockStyleAsKubectlDoes) {
  const auto value = ordered_json::parse(R"({
    "apiVersion": "prow.k8s.io/v1",
    "metadata": {"labels": {"coverage-plugin": "true"}, "annotations": {}},
    "spec": {"containers": [{"name": "", "args": ["make coverage", "-x"], "tty": false}, {}],
             "matrix": [[1, 2.5], []], "none": null}
  })");
  EXPECT_EQ(Emit(value), R"(apiVersion: prow.k8s.io/v1
metadata:
  labels:
    coverage-plugin: "true"
  annotations: {}
spec:
  containers:
  - name: ""
    args:
    - make coverage
    - "-x"
    tty: false
  - {}
  matrix:
  - - 1
    - 2.5
  - []
  none: null
)");
}

TEST(YamlEmit, QuotesWhatAReaderCouldTakeForSomethingElse) {
  for (const char* text :
       {"",        "yes",    "No",       "on",         "OFF",
        "y",       "N",      "null",     "~",          "true",
        "1",       "-1",     "+1",       "1_000",      "0o17",
        "017",     "0x1F",   "1e3",      ".5",         ".inf",
        "-.INF",   ".NaN",   "1:30",     "2001-01-01", "-",
        "- a",     "a: b",   "a:",       "a #b",       "#a",
        " a",      "a ",     "@a",       "`a",         "%a",
        "!a",      "&a",     "*a",       "[a]",        "{a}",
        "'a'",     "\"a\"",  "|",        "> a",        "? a",
        "<<",      "=",      "...",      "---",        "a\tb",
        "\u00a0a", "\ufeff", "a\u2028b", "\x7f",       "2001-12-14t21:59:43.10-05:00"}) {
    SCOPED_TRACE(text);
    const std::string emitted = Emit(ordered_json{{"k", text}});
    EXPECT_EQ(emitted.substr(0, 4), "k: \"");
    EXPECT_EQ(ReadBack(emitted)["k"], text);
  }
}

TEST(YamlEmit, LeavesOrdinaryTextPlain) {
  for (const char* text : {"quay.io/kubevirtci/golang:v20251218-e7a7fc9", "2h0m0s", "4Gi",
                           "/bin/sh", "./pkg/... ./cmd/...", "make coverage", "a-b_c",
                           "http://x/#y", "it's", "a, b", "x[0]", "é😀", "yesterday", "v1"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(Emit(text), std::string(text) + "\n");
  }
}

TEST(YamlEmit, QuotesKeysLikeValues) {
  EXPECT_EQ(Emit(ordered_json{{"y", 1}, {"a: b", 2}, {"<<", 3}}),
            "\"y\": 1\n\"a: b\": 2\n\"<<\": 3\n");
}

TEST(YamlEmit, KeysTooLongForOneLineAreExplicit) {
  const ordered_json value = {{std::string(2000, 'k'), {{"a", {1, 2}}}}, {"b", 1}};
  EXPECT_EQ(Emit(value).substr(0, 3), "? k");
  EXPECT_EQ(ReadBack(Emit(value)), value);
}

TEST(YamlEmit, WritesSeveralLinesAsALiteral) {
  EXPECT_EQ(Emit(ordered_json{{"a", "x\n  y\n"}, {"b", "x\n\ny"}, {"c", "x\n\n"}}),
            "a: |\n  x\n    y\nb: |-\n  x\n\n  y\nc: |+\n  x\n\n");
}

TEST(YamlEmit, QuotesLinesThatALiteralWouldChange) {
  for (const char* text : {"\n", "\na", " a\nb", "a \nb", "a\n\tb", "a\r\nb", "a\n  ", "a\n\x01"}) {
    SCOPED_TRACE(text);
    const std::string emitted = Emit(ordered_json::array({text}));
    EXPECT_EQ(emitted.substr(0, 3), "- \"");
    EXPECT_EQ(ReadBack(emitted)[0], text);
  }
}

TEST(YamlEmit, EscapesWhatNobodyCanSee) {
  EXPECT_EQ(Emit(std::string("\0\x1b\u0085\ufeff\"\\\n\t", 11)), R"("\x00\x1B\x85\uFEFF\"\\\n\t")"
                                                                 "\n");
}

TEST(YamlEmit, ReplacesBytesThatAreNotUtf8) { EXPECT_EQ(Emit("a\xFF"), "\"a\xEF\xBF\xBD\"\n"); }

TEST(YamlEmit, FloatsStayFloats) {
  EXPECT_EQ(Emit({1.0, 1e22, -2.5e-7, INFINITY, -INFINITY, NAN}),
            "- 1.0\n- 1.0e+22\n- -2.5e-07\n- .inf\n- -.inf\n- .nan\n");
}

// Random values made of pieces that have meant something else to some reader.
class Generator {
 public:
  ordered_json Value(int depth) {
    const int dice = Dice(10);
    if (depth > 4 || dice < 4) return Text();
    if (dice == 4) return Dice(2) == 0;
    if (dice == 5) return nullptr;
    if (dice == 6)
      return Dice(2) == 0 ? ordered_json(Dice(2000) - 1000) : ordered_json(Dice(99) / 7.0);
    return dice < 8 ? Array(depth) : Object(depth);
  }

 private:
  int Dice(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }

  std::string Text() {
    static constexpr const char* kPieces[] = {
        "a",      "y",  "no",   "null", "1",    "0x",        "_",    ".",  "e3",     "-",
        ":",      " ",  "#",    "\n",   "\n\n", "\t",        "'",    "\"", "\\",     "|",
        ">",      "[",  "]",    "{",    "}",    ",",         "&",    "*",  "!",      "%",
        "@",      "?",  "<<",   "...",  "---",  "\r",        "\x01", "é",  "\u0085", "\u2028",
        "\ufeff", "😀", "word", "  ",   "~",    "2001-01-01"};
    std::string text;
    for (int i = Dice(6); i > 0; --i) text += kPieces[Dice(std::size(kPieces))];
    return text;
  }

  ordered_json Array(int depth) {
    ordered_json array = ordered_json::array();
    for (int i = Dice(4); i > 0; --i) array.push_back(Value(depth + 1));
    return array;
  }

  ordered_json Object(int depth) {
    ordered_json object = ordered_json::object();
    for (int i = Dice(4); i > 0; --i) object[Text()] = Value(depth + 1);
    return object;
  }

  std::mt19937 random_{20260819};
};

TEST(YamlEmit, WhatItWritesIsReadBackUnchanged) {
  Generator generator;
  for (int i = 0; i < 3000; ++i) {
    const ordered_json value = generator.Value(0);
    const std::string text = Emit(value);
    ASSERT_EQ(ReadBack(text).dump(), value.dump()) << text;
  }
}

}  // namespace
}  // namespace prow_coverage::yaml
