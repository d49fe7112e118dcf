#include "prow_coverage/handler/reason.h"

#include <set>
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

}  // namespace
}  // namespace prow_coverage::handler
