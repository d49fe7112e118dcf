#include "prow_coverage/handler/reason.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

TEST(Reason, HasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  for (const auto& info : Reasons()) {
    SCOPED_TRACE(info.name);
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_TRUE(info.sentence.ends_with("."));
    EXPECT_EQ(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

TEST(Reason, InfoFindsEachByItsValue) {
  for (const auto& info : Reasons()) EXPECT_EQ(Info(info.reason).name, info.name);
}

TEST(Reason, StandsInTheDocumentWithTheSameSentence) {
  std::ifstream in(std::string(PROW_COVERAGE_TESTDATA) + "/../../docs/decisions.md");
  std::ostringstream document;
  document << in.rdbuf();
  for (const auto& info : Reasons()) {
    SCOPED_TRACE(info.name);
    EXPECT_NE(document.str().find("| `" + std::string(info.name) + "` |"), std::string::npos);
    EXPECT_NE(document.str().find("| " + std::string(info.sentence) + " |"), std::string::npos);
  }
}

}  // namespace
}  // namespace prow_coverage::handler
