#include "labels.h"

#include <gtest/gtest.h>

#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::prow {
namespace {

TEST(LabelValue, FollowsProwsRules) {
  const std::string longest(63, 'a');
  const struct {
    const char* name;
    std::string text;
    std::optional<std::string> value;
  } rows[] = {
      {"plain", "release-1.0_x", "release-1.0_x"},
      {"empty is a value", "", ""},
      {"63 characters", longest, longest},
      {"64 characters", longest + "a", std::nullopt},
      {"last path element", "feature/x", "x"},
      {"last of many", "a/b/c-1", "c-1"},
      {"slash at the end", "feature/x/", "x"},
      {"long last element", "feature/" + longest + "a", std::nullopt},
      {"short last element of a long path", std::string(250, 'a') + "/x", "x"},
      {"only slashes", "///", std::nullopt},
      {"begins with a dot", ".github", std::nullopt},
      {"ends with a dash", "a-", std::nullopt},
      {"bad last element", "a/-b", std::nullopt},
      {"space", "a b", std::nullopt},
      {"not ASCII", "gr\u00FCn", std::nullopt},
      {"line break at the end", "main\n", std::nullopt},
      {"NUL", std::string("a\0b", 3), std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(LabelValue(row.text), row.value);
  }
}

TEST(QualifiedName, IsWhatKubernetesTakesAsAKey) {
  for (const char* key : {"team", "Team_1.x", "example.com/team", "a-b.c/x", "1/x"}) {
    SCOPED_TRACE(key);
    EXPECT_TRUE(IsQualifiedName(key));
  }
  const std::string long_name(64, 'a');
  for (const std::string& key :
       {std::string(), std::string("/x"), std::string("x/"), std::string("a/b/c"),
        std::string("Example.com/x"), std::string("a..b/x"), std::string("-a/x"),
        std::string("a-/x"), std::string("a.-b/x"), std::string("a-.b/x"), std::string(".a/x"),
        std::string("a./x"), std::string("a b"), std::string("-a"), long_name,
        std::string(254, 'a') + "/x"}) {
    SCOPED_TRACE(key);
    EXPECT_FALSE(IsQualifiedName(key));
  }
}

}  // namespace
}  // namespace prow_coverage::prow
