#include <gtest/gtest.h>

#include "json_text.h"
#include "label_selector.h"
#include "object_check.h"
#include "sha.h"

namespace prow_coverage::sandbox {
namespace {

TEST(Quote, EscapesWhatJsonAsksFor) { EXPECT_EQ(Quote("a\"\\\n\x01ü"), R"("a\"\\\u000a\u0001ü")"); }

TEST(ObjectText, PutsMembersTogether) {
  EXPECT_EQ(ObjectText().String("a", "b").Number("c", -1).Null("d").Bool("e", true).Take(),
            R"({"a":"b","c":-1,"d":null,"e":true})");
}

TEST(Sha, IsTheSameForTheSameSeedOnly) {
  EXPECT_TRUE(IsSha(ShaOf("a")));
  EXPECT_EQ(ShaOf("a"), ShaOf("a"));
  EXPECT_NE(ShaOf("a"), ShaOf("b"));
}

TEST(LabelSelector, Matches) {
  const Labels labels{{"app", "x"}, {"tier", ""}};
  struct Row {
    const char* selector;
    bool matches;
  };
  for (const Row& row : {Row{"", true}, Row{"app=x", true}, Row{"app==x", true},
                         Row{"app=y", false}, Row{"app!=y", true}, Row{"none!=y", true},
                         Row{"app", true}, Row{"none", false}, Row{"!none", true},
                         Row{"!app", false}, Row{"app=x, tier=", true}, Row{"app=x,none", false}}) {
    SCOPED_TRACE(row.selector);
    EXPECT_EQ(LabelSelector::Parse(row.selector).value().Matches(labels), row.matches);
  }
}

TEST(LabelSelector, RefusesWhatItDoesNotUnderstand) {
  for (const char* selector : {"app in (x,y)", "=x", "a,,b"}) {
    SCOPED_TRACE(selector);
    EXPECT_FALSE(LabelSelector::Parse(selector));
  }
}

TEST(DnsSubdomain, IsWhatRfc1123Allows) {
  for (const char* good : {"a", "a-b.c1", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"}) {
    SCOPED_TRACE(good);
    EXPECT_TRUE(IsDnsSubdomain(good));
  }
  for (const std::string& bad :
       {std::string(), std::string("A"), std::string("-a"), std::string("a."), std::string("a..b"),
        std::string("a_b"), std::string("a.-b"), std::string(254, 'a')}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(IsDnsSubdomain(bad));
  }
}

}  // namespace
}  // namespace prow_coverage::sandbox
