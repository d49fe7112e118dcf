#include "prow_coverage/webhook/secrets.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace prow_coverage::webhook {
namespace {

using Tokens = std::vector<std::string>;

Tokens For(const Secrets& secrets, std::string_view org, std::string_view repo) {
  const auto span = secrets.For(org, repo);
  return {span.begin(), span.end()};
}

constexpr std::string_view kHierarchy = R"(
kubevirt/project-infra:
- value: repo-old
  created_at: 2025-01-01T00:00:00Z
- value: repo-new
  created_at: 2026-01-01T00:00:00Z
kubevirt:
- value: org
'*':
- value: global
)";

TEST(Secrets, OnlyTheMostSpecificLevelCounts) {
  const auto secrets = Secrets::Parse(kHierarchy).value();
  struct Row {
    const char* name;
    const char* org;
    const char* repo;
    Tokens tokens;
  };
  const Row rows[] = {
      {"repository: every token of a rotation",
       "kubevirt",
       "project-infra",
       {"repo-old", "repo-new"}},
      {"another repository of the organization", "kubevirt", "kubevirt", {"org"}},
      {"organization's own event", "kubevirt", "", {"org"}},
      {"another organization", "kubernetes", "test-infra", {"global"}},
      {"event of nobody", "", "", {"global"}},
      {"names are compared as they are written", "KubeVirt", "project-infra", {"global"}},
      {"no mere prefix", "kubevirt", "project-infra2", {"org"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(For(secrets, row.org, row.repo), row.tokens);
  }
}

TEST(Secrets, LevelThatDoesNotExistMeansNobody) {
  const auto secrets = Secrets::Parse("kubevirt:\n- value: org\n").value();
  EXPECT_EQ(For(secrets, "kubernetes", "test-infra"), Tokens{});
  EXPECT_EQ(For(secrets, "", ""), Tokens{});
}

TEST(Secrets, LevelWithoutTokensHidesTheLevelsAboveIt) {
  for (const auto* list : {"[]", "null", ""}) {
    SCOPED_TRACE(list);
    const auto secrets =
        Secrets::Parse("kubevirt: " + std::string(list) + "\n'*': [{value: global}]\n").value();
    EXPECT_EQ(For(secrets, "kubevirt", "project-infra"), Tokens{});
  }
}

TEST(Secrets, TakesJsonAndValuesThatLookLikeNumbers) {
  const auto secrets =
      Secrets::Parse(R"({"*": [{"value": "1e3", "extra": [1]}, {"value": 0123}]})").value();
  EXPECT_EQ(For(secrets, "a", "b"), (Tokens{"1e3", "0123"}));
}

TEST(Secrets, ValuesInAMappingAreNotTrimmed) {
  EXPECT_EQ(For(Secrets::Parse("'*': [{value: ' x '}]").value(), "a", "b"), Tokens{" x "});
}

TEST(Secrets, EverythingElseIsOneToken) {
  struct Row {
    const char* name;
    std::string text;
    std::string token;
  };
  const Row rows[] = {
      {"plain", "3f9a", "3f9a"},
      {"white space at its ends", "\n \t3f9a 77\r\n\n", "3f9a 77"},
      {"mapping of text", "a: b\n", "a: b"},
      {"mapping of a list of text", "a:\n- b\n", "a:\n- b"},
      {"mapping of an object", "a: {value: b}", "a: {value: b}"},
      {"one member that is no list", "a: [{value: b}]\nc: d", "a: [{value: b}]\nc: d"},
      {"list", "- value: b", "- value: b"},
      {"broken YAML", "a: [", "a: ["},
      {"duplicate key", "a: [{value: b}]\na: [{value: c}]", "a: [{value: b}]\na: [{value: c}]"},
      {"two documents", "a: []\n---\nb: []", "a: []\n---\nb: []"},
      {"binary", std::string("\0\xff\x01", 3), std::string("\0\xff\x01", 3)},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(For(Secrets::Parse(row.text).value(), "kubevirt", "x"), Tokens{row.token});
  }
}

TEST(Secrets, RefusesWhatAnybodyCouldSignWith) {
  struct Row {
    const char* name;
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"empty", "", "it is empty"},
      {"white space", " \n\t\n", "it is empty"},
      {"empty mapping", "{}", "the mapping is empty"},
      {"empty value", "kubevirt:\n- value: good\n- value: ''\n", "line 3: a token of \"kubevirt\""},
      {"null value", "kubevirt:\n- value:\n", "line 2: a token of \"kubevirt\""},
      {"no value", "kubevirt:\n- created_at: 2026-01-01T00:00:00Z\n", "has no value"},
      {"null token", "kubevirt: [null]", "has no value"},
      {"value that is a list", "kubevirt:\n- value: [a]\n", "has no value"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto secrets = Secrets::Parse(row.text);
    ASSERT_FALSE(secrets);
    EXPECT_EQ(secrets.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(secrets.error().message.find(row.message), std::string::npos)
        << secrets.error().message;
  }
}

TEST(Secrets, ErrorsNeverTellASecret) {
  const auto secrets = Secrets::Parse("kubevirt:\n- value: hush\n- valeu: hush\n");
  ASSERT_FALSE(secrets);
  EXPECT_EQ(secrets.error().message.find("hush"), std::string::npos);
}

TEST(Secrets, NamesTellAMappingFromOneToken) {
  EXPECT_EQ(Secrets::Parse(kHierarchy).value().Names(), "*, kubevirt, kubevirt/project-infra");
  EXPECT_EQ(Secrets::Parse("kubevirt: typo").value().Names(), "*");
}

}  // namespace
}  // namespace prow_coverage::webhook
